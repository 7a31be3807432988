/** Questions that stand in front of the page until they are answered. */

import { previewOf } from "../uploading/preview.js";

/** The language of a block of code, "" for none of those that are known; nothing when given up. */
export async function askForLanguage(dialog) {
  const answer = await opened(dialog);
  return answer === "insert" ? dialog.querySelector("select").value : null;
}

/** What a picture shows, "" for decoration; nothing when it is to be left out, or when `signal` stops it. */
export async function askForWords(dialog, file, alt, signal) {
  const [words, box] = [
    dialog.querySelector("[name=alt]"),
    dialog.querySelector("[type=checkbox]"),
  ];
  const [picture, name] = [dialog.querySelector("img"), dialog.querySelector("[data-part=name]")];
  const decide = () => {
    words.disabled = box.checked;
  };
  [words.value, box.checked, name.textContent, picture.hidden] = [alt, false, file.name, true];
  decide();
  box.addEventListener("change", decide);
  previewOf(file).then((small) => {
    picture.src = small;
    picture.hidden = !small;
  });
  const stop = () => dialog.close("");
  signal.addEventListener("abort", stop);
  const answer = await opened(dialog);
  signal.removeEventListener("abort", stop);
  box.removeEventListener("change", decide);
  if (answer !== "insert") return null;
  return box.checked ? "" : words.value.trim().replace(/\s+/g, " ");
}

function opened(dialog) {
  if (!dialog.isConnected) document.body.append(dialog);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}
