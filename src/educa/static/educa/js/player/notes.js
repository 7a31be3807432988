/** The note beside a content: what saves it is loaded when nothing else is to do, or when the note is opened. */

import { hasKept } from "../writing/kept.js";

/**
 * Loads it at once when this browser holds a note that the server does not have; else when `idle`, so
 * that it is there when the network is not.
 */
export function loadNote(lesson, idle) {
  const panel = lesson.querySelector("note-panel");
  if (!panel) return;
  const box = panel.querySelector("details");
  const load = () => import("../note-panel.js");
  if (box.open || hasKept(panel.dataset.user)) load();
  else {
    box.addEventListener("toggle", load, { once: true });
    idle(load);
  }
}
