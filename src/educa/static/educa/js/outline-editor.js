import { Changing } from "./outline/changing.js";
import { askWhere } from "./outline/dialogs.js";
import { Dragging } from "./outline/dragging.js";
import { Folding } from "./outline/folding.js";
import { Grips, next } from "./outline/grips.js";
import { Menu } from "./outline/menu.js";
import { Renaming } from "./outline/renaming.js";
import {
  contentsOf,
  countOf,
  fill,
  isModule,
  keyOf,
  moduleOf,
  offsetOf,
  placeOf,
  put,
  titleOf,
  whereIs,
} from "./outline/rows.js";
import { Saving } from "./outline/saving.js";
import { Failure } from "./requests.js";
import { get, whyNot } from "./studio/steps.js";

/** The page on which a course is built: each step shows at once, is saved, and can be heard. */
class OutlineEditor extends HTMLElement {
  #said = this.querySelector(".outline-said");

  connectedCallback() {
    this.list = this.querySelector(".outline-modules");
    this.words = document.getElementById("outline-words").dataset;
    this.saving = new Saving(this);
    this.dragging = new Dragging(this);
    this.folding = new Folding(this);
    this.renaming = new Renaming(this);
    this.changing = new Changing(this);
    new Grips(this);
    new Menu(this);
    for (const module of this.list.children) this.equip(module);
    this.#equipBar();
    this.list.addEventListener("click", (event) => this.#more(event));
  }

  /** A copy of what a template of the page holds. */
  template(name) {
    return this.querySelector(`[data-template=${name}]`).content.cloneNode(true);
  }

  /** The address of a step with this row. */
  address(row, step) {
    const kind = isModule(row) ? "module" : "content";
    const name = `${kind}${step[0].toUpperCase()}${step.slice(1)}`;
    return this.dataset[name].replace("/0/", `/${keyOf(row)}/`);
  }

  /** Gives the module and each of its contents a grip and the button of the menu. */
  equip(module) {
    for (const row of [module, ...(contentsOf(module)?.children ?? [])]) {
      if (row.querySelector(":scope > .grip")) continue;
      row.prepend(this.template("row"));
      this.name(row);
    }
    this.dragging.equip(module);
  }

  /** Names the buttons of the row after its title. */
  name(row) {
    const title = titleOf(row);
    row.querySelector(":scope > .grip").ariaLabel = fill(this.words.grip, { title });
    row.querySelector(":scope > .row-menu").ariaLabel = fill(this.words.menu, { title });
  }

  /** Has a screen reader say this when it has finished what it says. */
  say(words) {
    this.#said.textContent = words;
  }

  /** Where the row is, in words. */
  placed(row) {
    return fill(isModule(row) ? this.words.moduleAt : this.words.contentAt, {
      title: titleOf(row),
      place: placeOf(row) + 1,
      count: countOf(row.parentElement),
      module: isModule(row) ? "" : titleOf(moduleOf(row)),
    });
  }

  /** Saves that the row has come here from there. */
  moved(row, from, words = "") {
    const to = whereIs(row);
    this.say(`${words} ${this.placed(row)}`.trim());
    if (to.list === from.list && to.index === from.index) return;
    const module = isModule(row) ? {} : { module: keyOf(moduleOf(row)) };
    this.saving.take({
      url: this.address(row, "move"),
      fields: { place: placeOf(row), ...module },
      apply: () => put(row, to),
      revert: () => put(row, from),
    });
  }

  /** Does what the menu offers. */
  async act(verb, row) {
    const verbs = {
      rename: () => this.renaming.begin(row),
      describe: () => this.changing.describe(row),
      up: () => this.#move(row, "up"),
      down: () => this.#move(row, "down"),
      move: () => this.#moveFar(row),
      duplicate: () => this.changing.duplicate(row),
      delete: () => this.changing.delete(row),
    };
    await this.update(verbs[verb]);
  }

  /** Does what asks the site for more of the outline, and says so where it does not answer. */
  async update(work) {
    try {
      await work();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      const words = failure.reason === "signedOut" ? whyNot(failure) : this.words.stale;
      this.saving.fail(words);
    }
  }

  /** Gets the outline as it is now; what is folded stays so. */
  async refresh() {
    const open = new Set(this.#open().map((module) => module.id));
    const page = new DOMParser().parseFromString(await get(location.href), "text/html");
    const now = page.querySelector(".outline-modules");
    this.list.start = now.start;
    this.list.dataset.more = now.dataset.more;
    this.list.replaceChildren(...now.children);
    for (const module of this.list.children) {
      this.equip(module);
      module.querySelector("details").open = open.has(module.id);
    }
    const loading = this.#open().map((module) => this.folding.load(module));
    await Promise.all(loading);
  }

  #open() {
    return [...this.list.children].filter((module) => module.querySelector("details").open);
  }

  async #more(event) {
    const link = event.target.closest(".outline-more a");
    if (!link) return;
    event.preventDefault();
    await this.update(() => this.folding.more(contentsOf(moduleOf(link))));
  }

  #equipBar() {
    const bar = this.template("bar");
    if (this.folding.isLong) bar.querySelector("[data-do=unfold]").remove();
    bar.querySelector("[data-do=fold]").addEventListener("click", () => this.folding.foldAll(true));
    bar
      .querySelector("[data-do=unfold]")
      ?.addEventListener("click", () => this.folding.foldAll(false));
    this.querySelector(".outline-bar").append(bar);
  }

  async #move(row, way) {
    const from = whereIs(row);
    const to = await next(row, way, this.folding);
    if (to?.list) this.#put(row, to, from);
    else if (to) this.#leave(row, to.place);
  }

  #put(row, to, from) {
    put(row, to);
    row.scrollIntoView({ block: "nearest" });
    this.moved(row, from);
  }

  /** Moves a module to a place on another page. */
  #leave(module, place) {
    this.saving.take({
      url: this.address(module, "move"),
      fields: { place },
      done: async ({ message }) => {
        await this.refresh();
        this.say(message);
      },
    });
  }

  async #moveFar(row) {
    const from = whereIs(row);
    const chosen = await askWhere(this, row);
    if (chosen === undefined) return;
    const list = isModule(row) ? this.list : await this.folding.open(chosen);
    const index = isModule(row) ? chosen - offsetOf(list) : list.children.length;
    if (index >= 0 && index <= list.children.length) this.#put(row, { list, index }, from);
    else this.#leave(row, chosen);
  }
}

customElements.define("outline-editor", OutlineEditor);
