import { countOf, isModule, moduleOf, offsetOf, placeOf, put, rowOf, whereIs } from "./rows.js";

const WAYS = { ArrowUp: "up", ArrowDown: "down", Home: "first", End: "last" };

/**
 * Moves rows by the keys: a press of the grip grabs, arrows move, another press drops, Escape puts back.
 *
 * Leaving the grip drops, too. Nothing is saved before the row is dropped.
 */
export class Grips {
  #editor;
  #row = null;
  #from;
  #isMoving = false;

  constructor(editor) {
    this.#editor = editor;
    editor.list.addEventListener("click", (event) => this.#press(event));
    editor.list.addEventListener("keydown", (event) => this.#key(event));
    editor.list.addEventListener("focusout", () => {
      if (this.#row && !this.#isMoving) this.#drop();
    });
  }

  #press(event) {
    const grip = event.target.closest(".grip");
    // A mouse drags; presses of keys, and of programs that read the page out, have no detail.
    if (!grip || event.detail) return;
    if (this.#row) this.#drop();
    else this.#grab(rowOf(grip));
  }

  #key(event) {
    if (!this.#row || !event.target.closest(".grip")) return;
    if (event.key === "Escape") this.#putBack();
    else if (event.key in WAYS) this.#editor.update(() => this.#move(WAYS[event.key]));
    else return;
    event.preventDefault();
  }

  #grab(row) {
    this.#row = row;
    this.#from = whereIs(row);
    this.#mark(true);
    this.#editor.say(`${this.#editor.placed(row)}. ${this.#editor.words.grabbed}`);
  }

  #drop() {
    const row = this.#row;
    this.#mark(false);
    this.#row = null;
    this.#editor.moved(row, this.#from, this.#editor.words.dropped);
  }

  #putBack() {
    this.#keepFocus(() => put(this.#row, this.#from));
    this.#editor.say(`${this.#editor.words.putBack} ${this.#editor.placed(this.#row)}`);
    this.#mark(false);
    this.#row = null;
  }

  async #move(way) {
    if (this.#isMoving) return;
    this.#isMoving = true;
    const row = this.#row;
    try {
      const to = await next(row, way, this.#editor.folding);
      if (!to?.list) return;
      put(row, to);
      row.scrollIntoView({ block: "nearest" });
      this.#editor.say(this.#editor.placed(row));
    } finally {
      this.#isMoving = false;
    }
  }

  #keepFocus(work) {
    this.#isMoving = true;
    work();
    this.#isMoving = false;
  }

  #mark(isGrabbed) {
    this.#row.classList.toggle("is-grabbed", isGrabbed);
    this.#row.querySelector(".grip").ariaPressed = String(isGrabbed);
  }
}

/**
 * Where a row comes to when it goes that way: `{list, index}`, or `{place}` where that is on another page.
 *
 * Contents go on in the next module. Nothing at the end. Throws Failure.
 */
export async function next(row, way, folding) {
  const { list, index } = whereIs(row);
  if (way === "down" && !row.nextElementSibling && !isModule(row)) await folding.more(list);
  const end = list.children.length - 1;
  const to = { up: index - 1, down: index + 1, first: 0, last: end }[way];
  if (to >= 0 && to <= end) return { list, index: to };
  if (!canGo(row, way)) return undefined;
  if (isModule(row)) return { place: offsetOf(list) + to };
  const module = moduleOf(row);
  const other = way === "up" ? module.previousElementSibling : module.nextElementSibling;
  const contents = await folding.open(other);
  return { list: contents, index: way === "up" ? contents.children.length : 0 };
}

/** Whether the row could go that way. */
export function canGo(row, way) {
  const side = way === "up" ? "previousElementSibling" : "nextElementSibling";
  if (row[side]) return true;
  if (!isModule(row)) return moduleOf(row)[side] !== null;
  return way === "up" ? placeOf(row) > 0 : placeOf(row) < countOf(row.parentElement) - 1;
}
