/** The note beside a content: what saves it is loaded once there is something to save. */

import { hasKept } from "../writing/kept.js";

/** Loads it when the note is opened, or at once when this browser holds one that the server does not have. */
export function loadNote(lesson) {
  const panel = lesson.querySelector("note-panel");
  if (!panel) return;
  const box = panel.querySelector("details");
  const load = () => import("../note-panel.js");
  if (box.open || hasKept(panel.dataset.user)) load();
  else box.addEventListener("toggle", load, { once: true });
}
