import { canGo } from "./grips.js";
import { isModule, rowOf } from "./rows.js";

const GAP = 4; // pixels between the button and its menu

/** The one menu of all rows, which is filled for the row whose button is pressed. */
export class Menu {
  #editor;
  #menu;
  #button = null;
  #wasOpen = false;

  constructor(editor) {
    this.#editor = editor;
    this.#menu = editor.querySelector(".outline-menu");
    // A press outside closes the menu before the click comes, which then must not open it again.
    editor.list.addEventListener("pointerdown", (event) => {
      const isSame = event.target.closest(".row-menu") === this.#button;
      this.#wasOpen = isSame && this.#menu.matches(":popover-open");
    });
    editor.list.addEventListener("click", (event) => this.#press(event));
    this.#menu.addEventListener("click", (event) => this.#choose(event));
    this.#menu.addEventListener("keydown", (event) => this.#key(event));
    this.#menu.addEventListener("toggle", (event) => this.#toggled(event));
  }

  #press(event) {
    const button = event.target.closest(".row-menu");
    if (!button) return;
    const isSame = event.detail > 0 && this.#wasOpen;
    this.#wasOpen = false;
    if (!isSame) this.#open(button);
  }

  #open(button) {
    this.#menu.hidePopover();
    this.#button = button;
    this.#menu.ariaLabel = button.ariaLabel;
    this.#fill(rowOf(button));
    this.#menu.showPopover();
    button.ariaExpanded = "true";
    this.#place(button.getBoundingClientRect());
    this.#items()[0].focus();
  }

  #fill(row) {
    const kind = isModule(row) ? "module" : "content";
    for (const part of this.#menu.querySelectorAll("[data-for]"))
      part.hidden = part.dataset.for !== kind;
    for (const item of this.#menu.querySelectorAll("[data-do]"))
      item.ariaDisabled = String(!this.#can(row, item.dataset.do));
    const open = this.#menu.querySelector("[data-do=open]");
    const link = row.querySelector(":scope > a");
    open.href = isModule(row) ? this.#editor.address(row, "open") : (link?.href ?? "");
    open.hidden = !open.getAttribute("href");
    const copies = this.#editor.dataset[`${kind}Duplicate`];
    this.#menu.querySelector("[data-do=duplicate]").hidden = !copies || open.hidden;
    this.#menu.querySelector("[data-do=rename]").hidden = open.hidden;
  }

  #can(row, verb) {
    if (verb === "move") return this.#editor.list.children.length > 1;
    return (verb !== "up" && verb !== "down") || canGo(row, verb);
  }

  /** Below the button, or above it where there is no room; on the side where there is. */
  #place(button) {
    const { offsetWidth: width, offsetHeight: height } = this.#menu;
    const below = button.bottom + GAP;
    const isRoom = below + height <= window.innerHeight;
    const isRtl = document.documentElement.dir === "rtl";
    const left = isRtl ? button.left : button.right - width;
    const most = document.documentElement.clientWidth - width - GAP;
    this.#menu.style.insetBlockStart = `${isRoom ? below : Math.max(GAP, button.top - GAP - height)}px`;
    this.#menu.style.left = `${Math.min(Math.max(GAP, left), most)}px`;
  }

  #items() {
    return [...this.#menu.querySelectorAll("[role=menuitem]")].filter((item) => !item.hidden);
  }

  #key(event) {
    const items = this.#items();
    const at = items.indexOf(document.activeElement);
    const to = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    if (event.key === "Tab") this.#menu.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    items[to].focus();
  }

  #choose(event) {
    const item = event.target.closest("[data-do]");
    if (!item || item.dataset.do === "open") return;
    if (item.ariaDisabled === "true") return;
    const button = this.#button;
    this.#menu.hidePopover();
    button.focus();
    this.#editor.act(item.dataset.do, rowOf(button));
  }

  #toggled(event) {
    if (event.newState === "closed" && this.#button) this.#button.ariaExpanded = "false";
  }
}
