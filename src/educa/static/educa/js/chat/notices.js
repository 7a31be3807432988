import { fill } from "../player/words.js";

const BATCH = 400; // milliseconds in which messages are told of together
const LONGEST = 120; // characters of a message that are told

/** Tells who doesn't see the list of what is new: a screen reader, the title of the page, the rest of the page. */
export class Notices {
  #unseen = 0;
  #waiting = [];
  #timer;

  constructor(host, { words, line, list }) {
    Object.assign(this, { host, words, line, list });
  }

  get unseen() {
    return this.#unseen;
  }

  /** A message of somebody else; `isSeen` where it stands before the reader's eyes. */
  came(message, name, isSeen) {
    if (!isSeen) this.#count(this.#unseen + 1);
    if (this.list.contains(document.activeElement)) return;
    this.#waiting.push(fill(this.words.says, { name, message: message.slice(0, LONGEST) }));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), BATCH);
  }

  seen() {
    this.#count(0);
  }

  #tell() {
    const count = this.#waiting.length;
    this.line.textContent = count > 1 ? countOf(this.words, count) : this.#waiting[0];
    this.#waiting = [];
  }

  #count(number) {
    if (number === this.#unseen) return;
    this.#unseen = number;
    const title = document.title.replace(/^\(\d+\) /, "");
    document.title = number ? `(${number}) ${title}` : title;
    const detail = { count: number };
    this.host.dispatchEvent(new CustomEvent("educa:chat-unread", { bubbles: true, detail }));
  }
}

/** How many messages are new, in words. */
export function countOf(words, count) {
  return count === 1 ? words.newOne : fill(words.newMany, { count });
}
