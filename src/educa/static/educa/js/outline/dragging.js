import Sortable from "../../vendor/sortable/sortable.min.js";
import { contentsOf, count } from "./rows.js";

const HOVER = 600; // milliseconds over a folded module until it unfolds

/** Moves rows by mouse and by touch. */
export class Dragging {
  #editor;
  #hovered = null;
  #timer;

  constructor(editor) {
    this.#editor = editor;
    this.#sort(editor.list, ".outline-module", "modules");
  }

  /** Lets contents be dragged into the module and out of it. */
  equip(module) {
    const list = contentsOf(module);
    if (list && !Sortable.get(list)) this.#sort(list, ".outline-content", "contents");
  }

  #sort(list, rows, group) {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    Sortable.create(list, {
      group,
      draggable: rows,
      handle: `${rows} > .grip`,
      direction: "vertical",
      animation: isStill ? 0 : 150,
      // Our own picture of the row under the pointer; the browser's differs from touch and can't be styled.
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 4,
      fallbackClass: "outline-dragged",
      ghostClass: "outline-gap",
      emptyInsertThreshold: 24,
      scrollSensitivity: 90,
      scrollSpeed: 16,
      onStart: (event) => this.#start(event),
      onEnd: (event) => this.#end(event),
    });
  }

  #start({ item }) {
    const top = item.getBoundingClientRect().top;
    this.#editor.dataset.dragging = item.className.includes("module") ? "module" : "content";
    // With the contents out of the way modules are near each other; the row stays under the pointer.
    window.scrollBy({ top: item.getBoundingClientRect().top - top, behavior: "instant" });
    document.addEventListener("pointermove", this.#hover);
  }

  #end({ item, from, to, oldDraggableIndex }) {
    document.removeEventListener("pointermove", this.#hover);
    clearTimeout(this.#timer);
    delete this.#editor.dataset.dragging;
    count(from);
    count(to);
    this.#editor.moved(item, { list: from, index: oldDraggableIndex });
  }

  #hover = (event) => {
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const summary = under?.closest(".outline-module")?.querySelector("details:not([open])");
    if (this.#editor.dataset.dragging !== "content" || summary === this.#hovered) return;
    clearTimeout(this.#timer);
    this.#hovered = summary;
    if (summary) this.#timer = setTimeout(() => this.#unfold(summary), HOVER);
  };

  #unfold(details) {
    details.open = true;
  }
}
