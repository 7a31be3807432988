import { post } from "../requests.js";
import { countOf, Notices } from "./notices.js";

const REST = 800; // milliseconds of reading after which it counts

/** How far this person has read: what is told of what they have not seen, and the mark that the server keeps. */
export class Reading {
  #room;
  #read;
  #timer;

  constructor(room) {
    this.#room = room;
    this.#read = room.state.read;
    const line = room.querySelector(".chat-told");
    this.notices = new Notices(room, { words: room.words, line, list: room.box });
    document.addEventListener("visibilitychange", () => this.moved());
    addEventListener("focus", () => this.moved());
  }

  /** Whether the newest message is being seen. */
  get isNow() {
    const isVisible = !document.hidden && this.#room.checkVisibility();
    return isVisible && this.#room.messages.isAtEnd;
  }

  /** A message of somebody else has come, while its reader saw the newest one, or did not. */
  came(event, isSeen) {
    const { messages } = this.#room;
    if (!isSeen && this.notices.unseen === 0) messages.divider = event.sequence - 1;
    this.notices.came(event.message, messages.rows.nameOf(event), isSeen);
  }

  /** Other messages may be seen now than before. */
  moved() {
    const { log, messages, words } = this.#room;
    const { isNow } = this;
    if (isNow) this.notices.seen();
    const { unseen } = this.notices;
    const jump = this.#room.querySelector(".chat-jump button");
    jump.hidden = messages.isAtEnd;
    jump.querySelector("span").textContent = unseen ? countOf(words, unseen) : words.toEnd;
    if (!isNow || this.#read >= log.last) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#mark(), REST);
  }

  #mark() {
    const { connection, log, state, words } = this.#room;
    const { last } = log;
    if (!this.isNow || this.#read >= last) return;
    if (connection.send({ type: "read", sequence: last })) {
      this.#read = last;
      return;
    }
    if (connection.state !== "polling") return;
    this.#read = last;
    post(`${words.url}read/`, { sequence: last }, { user: state.key }).catch(() => {});
  }
}
