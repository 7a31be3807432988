import { countOf, fill, isModule, moduleOf, offsetOf, placeOf, titleOf } from "./rows.js";

/** Asks where to a row shall move; gives the place of a module, or the module for a content, or nothing. */
export async function askWhere(editor, row) {
  const dialog = document.getElementById("outline-move");
  const select = dialog.querySelector("select");
  const words = isModule(row) ? editor.words.moveModule : editor.words.moveContent;
  const here = isModule(row) ? row : moduleOf(row);
  const modules = [...editor.list.children].filter((module) => module !== here);
  const options = modules.map((module) => {
    const place = placeOf(module);
    return new Option(`${place + 1}. ${titleOf(module)}`, place);
  });
  if (isModule(row)) options.push(new Option(editor.words.last, countOf(editor.list)));
  if (isModule(row) && offsetOf(editor.list)) options.unshift(new Option(editor.words.first, 0));
  select.replaceChildren(...options);
  name(dialog, fill(words, { title: titleOf(row) }));
  if ((await answer(dialog)) !== "move") return undefined;
  const chosen = Number(select.value);
  if (!isModule(row)) return editor.list.children[chosen - offsetOf(editor.list)];
  return chosen > placeOf(row) ? chosen - 1 : chosen;
}

/** Asks for the description of a module; gives it, or nothing when it stays as it is. */
export async function askDescription(editor, module) {
  const dialog = document.getElementById("outline-describe");
  const field = dialog.querySelector("textarea");
  const now = module.querySelector(".outline-about")?.textContent ?? "";
  field.value = now;
  name(dialog, fill(editor.words.describe, { title: titleOf(module) }));
  const isSaved = (await answer(dialog)) === "save";
  return isSaved && field.value !== now ? field.value : undefined;
}

function name(dialog, title) {
  dialog.querySelector("h2").textContent = title;
  const label = dialog.querySelector("label:empty, label[data-filled]");
  if (!label) return;
  label.dataset.filled = "";
  label.textContent = title;
  label.classList.add("visually-hidden");
}

/** Shows the dialog, and gives the value of the button that closed it. */
function answer(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}
