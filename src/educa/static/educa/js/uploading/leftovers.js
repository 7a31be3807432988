import { ask, Failure } from "../requests.js";
import { forget, unfinished } from "./transfer.js";
import { percentOf, piece, say } from "./words.js";

const headers = { "Tus-Resumable": "1.0.0" };

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
    const answer = await ask(entry.uploadUrl, { method: "HEAD", headers });
    return Number(answer.headers.get("Upload-Offset"));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.reason === "gone") forget(entry);
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
  // Where the server can't be told, it gives the upload up by itself after a day.
  ask(entry.uploadUrl, { method: "DELETE", headers }).catch(() => {});
}
