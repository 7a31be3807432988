import { fill } from "../player/words.js";
import { make } from "./dom.js";

const TYPING = 5_000; // milliseconds for which somebody counts as typing

/** Who is here and who is typing: as far as the room shows it, and never promised. */
export class People {
  #typing = new Map(); // names and timers, by user

  constructor({ button, list, line, words, me }) {
    Object.assign(this, { button, list, line, words, me });
  }

  /** Whether members see each other. */
  show(isShown) {
    this.isShown = isShown;
    if (!isShown) {
      this.button.hidden = true;
      for (const user of [...this.#typing.keys()]) this.stopped(user);
    }
  }

  present({ count, people = [] }) {
    if (!this.isShown) return;
    this.button.hidden = false;
    this.button.querySelector(".num").textContent = String(count);
    const rows = people.map(({ user, name }) => {
      const isMe = user === this.me && make("span", { class: "quiet" }, ` (${this.words.you})`);
      return make("li", {}, make("bdi", {}, name || user), isMe);
    });
    const left = count - people.length;
    if (left > 0)
      rows.push(make("li", { class: "quiet" }, fill(this.words.others, { count: left })));
    this.list.replaceChildren(...rows);
  }

  typing({ user, name }) {
    if (!this.isShown || user === this.me) return;
    clearTimeout(this.#typing.get(user)?.timer);
    const timer = setTimeout(() => this.stopped(user), TYPING);
    this.#typing.set(user, { name: name || user, timer });
    this.#say();
  }

  stopped(user) {
    const known = this.#typing.get(user);
    if (!known) return;
    clearTimeout(known.timer);
    this.#typing.delete(user);
    this.#say();
  }

  gone() {
    this.button.hidden = true;
    this.list.replaceChildren();
  }

  #say() {
    const names = [...this.#typing.values()].map(({ name }) => name);
    let words = "";
    if (names.length === 1) words = fill(this.words.typingOne, { name: names[0] });
    if (names.length > 1) words = fill(this.words.typingMany, { count: names.length });
    this.line.textContent = words;
  }
}
