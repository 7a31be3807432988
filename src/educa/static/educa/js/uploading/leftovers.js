import { forget, unfinished } from "./transfer.js";
import { addToken } from "./requests.js";
import { percentOf, piece, say } from "./words.js";

const GONE = 404;

/**
 * Offers to go on with what was begun on this page and not ended.
 *
 * A browser does not keep the files, so they have to be chosen again; `choose` lets somebody do so.
 */
export async function offerLeftovers(list, { endpoint, isMine, choose }) {
  for (const entry of await unfinished(endpoint)) {
    if (!isMine(entry.metadata ?? {})) continue;
    const sent = await received(entry);
    if (sent !== undefined) list.append(offer(entry, sent, choose));
  }
}

/** How many bytes the server has; nothing where it can't be asked, or has them no more. */
async function received(entry) {
  try {
    const headers = { "Tus-Resumable": "1.0.0" };
    const answer = await fetch(entry.uploadUrl, { method: "HEAD", headers, redirect: "manual" });
    if (answer.status === GONE) forget(entry);
    return answer.ok ? Number(answer.headers.get("Upload-Offset")) : undefined;
  } catch {
    return undefined;
  }
}

function offer(entry, sent, choose) {
  const box = piece("leftover");
  const { filename } = entry.metadata;
  const percent = percentOf(sent, entry.size);
  box.dataset.name = filename;
  box.querySelector(".upload-name").textContent = filename;
  box.querySelector(".upload-state").textContent = say("leftover", { percent });
  for (const button of box.querySelectorAll("button"))
    button.setAttribute("aria-label", `${button.textContent.trim()}: ${filename}`);
  box.querySelector("[data-do=choose]").addEventListener("click", () => choose(entry.metadata));
  box.querySelector("[data-do=discard]").addEventListener("click", () => {
    discard(entry);
    box.remove();
  });
  return box;
}

function discard(entry) {
  forget(entry);
  const headers = new Headers({ "Tus-Resumable": "1.0.0" });
  addToken({ setHeader: (name, value) => headers.set(name, value) });
  // Where the server can't be told, it gives the upload up by itself after a day.
  fetch(entry.uploadUrl, { method: "DELETE", headers, redirect: "manual" }).catch(() => {});
}
