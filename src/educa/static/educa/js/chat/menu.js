import { icon, make } from "./dom.js";

/** The menu of a message: signs in a row, then what may be done. For keys, pointers and thumbs. */
export class Menu {
  #box;
  #button;

  constructor(box) {
    this.#box = box;
    box.addEventListener("keydown", (event) => this.#pressed(event));
    box.addEventListener("toggle", ({ newState }) => {
      if (newState === "open") return;
      this.#button?.setAttribute("aria-expanded", "false");
    });
  }

  /** Opens it at a button; `signs` are `{sign, isOn, act}`, `items` are `{label, icon, act, isDanger}`. */
  open(button, signs, items) {
    this.#button = button;
    button.setAttribute("aria-expanded", "true");
    const entries = items.map((item) => this.#item(item));
    this.#box.replaceChildren(
      make(
        "div",
        { class: "chat-menu-signs", role: "group" },
        ...signs.map((each) => this.#sign(each)),
      ),
      ...entries,
    );
    this.#box.showPopover();
    this.#place(button);
    this.#box.querySelector("button").focus({ preventScroll: true });
  }

  #sign({ sign, isOn, act }) {
    const attributes = {
      type: "button",
      role: "menuitemcheckbox",
      "aria-checked": String(isOn),
      click: () => this.#chosen(act),
    };
    return make("button", attributes, sign);
  }

  #item({ label, icon: name, act, isDanger }) {
    const attributes = {
      type: "button",
      role: "menuitem",
      class: isDanger ? "is-danger" : undefined,
      click: () => this.#chosen(act),
    };
    return make("button", attributes, icon(name), label);
  }

  #chosen(act) {
    this.#box.hidePopover();
    if (this.#button?.isConnected) this.#button.focus({ preventScroll: true });
    act();
  }

  /** Under the button, or above it; on a phone the style sheet puts it at the foot. */
  #place(button) {
    const { style } = this.#box;
    style.top = "";
    style.left = "";
    if (matchMedia("(width < 40rem)").matches) return;
    const at = button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#box;
    const below = at.bottom + 4;
    const top = below + height > innerHeight - 8 ? at.top - height - 4 : below;
    style.top = `${Math.max(8, top)}px`;
    style.left = `${Math.min(Math.max(8, at.right - width), innerWidth - width - 8)}px`;
  }

  #pressed(event) {
    const buttons = [...this.#box.querySelectorAll("button")];
    const index = buttons.indexOf(document.activeElement);
    const signs = buttons.filter((button) => button.parentElement !== this.#box).length;
    const isLeftward = getComputedStyle(this.#box).direction === "rtl";
    const [left, right] = isLeftward ? [1, -1] : [-1, 1];
    const places = {
      ArrowDown: index < signs ? signs : index + 1,
      ArrowUp: index === signs ? 0 : index < signs ? buttons.length - 1 : index - 1,
      ArrowLeft: index + left,
      ArrowRight: index + right,
      Home: 0,
      End: buttons.length - 1,
    };
    if (event.key === "Tab") this.#box.hidePopover();
    if (places[event.key] === undefined) return;
    event.preventDefault();
    buttons[(places[event.key] + buttons.length) % buttons.length].focus();
  }
}

/** Asks something in a dialog; gives its form's values, or nothing when one thinks better of it. */
export function askIn(dialog) {
  return new Promise((resolve) => {
    const form = dialog.querySelector("form");
    dialog.returnValue = "";
    dialog.addEventListener(
      "close",
      () => resolve(dialog.returnValue === "yes" ? new FormData(form) : undefined),
      { once: true },
    );
    dialog.showModal();
  });
}
