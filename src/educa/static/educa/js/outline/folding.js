import { Failure } from "../requests.js";
import { get } from "../studio/steps.js";
import { contentsOf, count, keyOf, moduleOf } from "./rows.js";

const RESTORED = 10; // modules whose contents are loaded because they were unfolded last time

/** Remembers which modules are folded, and loads the contents of those that come without. */
export class Folding {
  #editor;
  #isLong;
  #loading = new Map();

  constructor(editor) {
    this.#editor = editor;
    this.#isLong = "long" in editor.list.dataset;
    this.#restore();
    editor.list.addEventListener("toggle", (event) => this.#toggled(event.target), true);
  }

  /** A long outline begins folded, and is not unfolded as a whole. */
  get isLong() {
    return this.#isLong;
  }

  foldAll(isFolded) {
    for (const details of this.#all()) details.open = !isFolded;
  }

  /** Unfolds the module, and gives the list of its contents. Throws Failure. */
  async open(module) {
    await this.load(module);
    module.querySelector("details").open = true;
    return contentsOf(module);
  }

  /** Loads the contents of the module unless they are there. Throws Failure. */
  async load(module) {
    if (contentsOf(module)) return;
    const key = keyOf(module);
    if (!this.#loading.has(key)) this.#loading.set(key, this.reload(module));
    try {
      await this.#loading.get(key);
    } finally {
      this.#loading.delete(key);
    }
  }

  /** Loads the contents of the module anew. Throws Failure. */
  async reload(module) {
    const piece = await get(this.#editor.address(module, "outline"));
    const box = document.createElement("template");
    box.innerHTML = piece;
    const inside = box.content.querySelector(".outline-inside");
    const now = module.querySelector(".outline-inside, .outline-later");
    now.replaceWith(inside);
    count(contentsOf(module));
    this.#editor.equip(module);
  }

  /** Loads the contents that follow those in the list, if there are any. Throws Failure. */
  async more(list) {
    if (!Number(list.dataset.more)) return;
    const module = moduleOf(list);
    const address = `${this.#editor.address(module, "outline")}?start=${list.children.length}`;
    const box = document.createElement("template");
    box.innerHTML = await get(address);
    const next = contentsOf(box.content);
    list.append(...[...next.children].filter((row) => !document.getElementById(row.id)));
    list.dataset.more = next.dataset.more;
    if (!Number(list.dataset.more)) module.querySelector(".outline-more").remove();
    count(list);
    this.#editor.equip(module);
  }

  async #toggled(details) {
    this.#remember();
    if (!details.open) return;
    try {
      await this.load(details.parentElement);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      details.open = false;
      this.#editor.saving.fail(this.#editor.words.stale);
    }
  }

  #all() {
    return [...this.#editor.list.querySelectorAll(":scope > li > details")];
  }

  get #key() {
    return `outline-${this.#editor.dataset.course}-${this.#isLong ? "open" : "folded"}`;
  }

  #remember() {
    const unusual = this.#all().filter((details) => details.open === this.#isLong);
    store(this.#key, unusual.map((details) => keyOf(details.parentElement)).join(" "));
  }

  #restore() {
    const keys = stored(this.#key).split(" ");
    for (const key of this.#isLong ? keys.slice(0, RESTORED) : keys) {
      const details = document.querySelector(`#module-${CSS.escape(key)} > details`);
      if (!details) continue;
      details.open = this.#isLong;
      if (details.open) this.#toggled(details);
    }
  }
}

/** Storage may be full or forbidden; then nothing is remembered. */
function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {}
}

function stored(key) {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}
