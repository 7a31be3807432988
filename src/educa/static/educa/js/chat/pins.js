import { getJSON } from "../requests.js";

/** The pinned messages, above the list. */
export class Pins {
  #room;
  #box;
  #messages;

  constructor(room) {
    this.#room = room;
    this.#box = room.querySelector(".chat-pinned");
    this.#messages = room.state.pinned;
    this.#box.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      room.show(Number(link.hash.slice(2)));
    });
  }

  /** Shows them. */
  show() {
    this.#box.hidden = this.#messages.length === 0;
    this.#box.querySelector(".chat-pinned-count").textContent = String(this.#messages.length);
    const rows = this.#messages.map((message) => this.#room.messages.rows.pinned(message));
    this.#box.querySelector("ul").replaceChildren(...rows);
  }

  /** Takes in an event of the log, which has heard of it already. */
  take({ type, target, pinned }) {
    const rest = this.#messages.filter(({ sequence }) => sequence !== target);
    const message = this.#room.log.get(target);
    if (type === "pin" && pinned && !message) {
      this.load();
      return;
    }
    if (type === "pin") this.#messages = pinned ? [message, ...rest] : rest;
    if (type === "delete") this.#messages = rest;
    if (type === "edit") {
      this.#messages = this.#messages.map((each) => (each.sequence === target && message) || each);
    }
    this.show();
  }

  /** Gets them anew; where that fails, they come with the next page. */
  async load() {
    try {
      this.#messages = (await getJSON(`${this.#room.words.url}pinned/`)).messages;
      this.show();
    } catch {
      // As said.
    }
  }
}
