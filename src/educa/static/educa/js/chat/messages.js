import { Failure, getJSON } from "../requests.js";
import { Rows } from "./rows.js";
import { Scroll } from "./scroll.js";
import { View } from "./view.js";

const SHOWN = 500; // messages in the page at a time
const PAGE = 50;
const FARTHEST = 20; // pages that are loaded to reach an old message

/**
 * The messages that are in the page: a stretch of what the log has, and after its end what waits to be sent.
 *
 * Older ones are loaded when one comes near the beginning. `divider` is the number after which all is new.
 */
export class Messages {
  #room;
  #view;
  #scroll;
  #hidden = 0; // messages after those that are shown
  #isLoading = false;

  constructor(room) {
    this.#room = room;
    this.divider = room.state.read || undefined;
    const { acts, sending, state, words } = room;
    this.rows = new Rows({
      words,
      me: state.user,
      titles: Object.assign(state.titles, titlesOfOutline()),
      heading: words.heading,
      acts: {
        menu: (message, button) => acts.openMenu(message, button),
        reply: (message) => room.composer.reply(message),
        react: (message, sign, on) => acts.act(message, "react", { sign, on }),
        show: (sequence) => this.show(sequence),
        retry: (id) => sending.retry(id),
        discard: (id) => sending.discard(id),
      },
    });
    const list = room.querySelector(".chat-list");
    this.#view = new View(list, { rows: this.rows, me: state.user });
    this.#scroll = new Scroll(room.box, {
      moved: () => room.reading.moved(),
      nearTop: () => this.loadOlder(),
      nearEnd: () => this.#showNewer(),
    });
  }

  /** Whether the newest message is before the reader's eyes. */
  get isAtEnd() {
    return this.#scroll.isAtEnd && this.#hidden === 0;
  }

  /** Shows them as they are now. */
  render({ isSticky = true } = {}) {
    const { log, sending, state } = this.#room;
    const { list } = log;
    const end = list.length - this.#hidden;
    const messages = list.slice(Math.max(0, end - SHOWN), end);
    const pending = this.#hidden ? [] : sending.entries;
    const last = list.at(-1);
    const isOwn = last?.user === state.user && !last.deleted && !pending.length;
    this.#scroll.keep(() => {
      this.#view.render({
        messages,
        pending,
        divider: this.divider,
        sent: isOwn ? last.sequence : undefined,
      });
      const { length } = [...messages, ...pending];
      this.#room.querySelector(".chat-empty").hidden = length > 0;
      this.#room.querySelector(".chat-newer")?.remove();
      this.#room.querySelector(".chat-older").hidden = !log.hasOlder;
    }, isSticky);
  }

  /** Goes to where one begins to read: to what is new, or to the end. */
  begin() {
    this.#scroll.toEnd();
    const divider = this.#room.querySelector(".chat-new");
    if (divider) this.#scroll.show(divider, { isAlways: false });
  }

  /** Goes to the end of those that are in the page. */
  toEnd() {
    this.#scroll.toEnd();
  }

  /** Lets the newest ones be in the page. */
  unhideEnd() {
    this.#hidden = 0;
  }

  /** One has come; where the end is hidden, it is so with it. */
  grew() {
    if (this.#hidden > 0) this.#hidden += 1;
  }

  /** Forgets the oldest ones where there are too many, unless they are read just now. */
  trim() {
    if (this.#hidden === 0) this.#room.log.trim(2 * SHOWN);
  }

  /** The address of the newest ones. */
  get newest() {
    return `${this.#room.words.url}messages/?limit=${PAGE}`;
  }

  /** Brings a message into view, however old it is. */
  async show(sequence) {
    for (let page = 0; page < FARTHEST && this.#isBefore(sequence); page += 1) {
      if (!(await this.loadOlder(2 * PAGE))) break;
    }
    if (!this.#room.log.get(sequence)) return;
    this.#reveal(sequence);
    const row = this.#room.querySelector(`#m${sequence}`);
    if (!row) return;
    this.#scroll.show(row);
    row.classList.remove("is-shown");
    requestAnimationFrame(() => row.classList.add("is-shown"));
    row.querySelector(".chat-more")?.focus({ preventScroll: true });
  }

  #isBefore(sequence) {
    const { log } = this.#room;
    const first = log.list[0];
    return log.hasOlder && first && sequence < first.sequence;
  }

  /** Lets the message be among those that the page has. */
  #reveal(sequence) {
    const { list } = this.#room.log;
    const index = list.findIndex((message) => message.sequence === sequence);
    const end = list.length - this.#hidden;
    if (index < end && index >= end - SHOWN) return;
    this.#hidden = Math.max(0, list.length - index - Math.round(SHOWN / 2));
    this.render();
  }

  /** Loads the page before the oldest message; gives whether there was one. */
  async loadOlder(limit = PAGE) {
    const { log } = this.#room;
    const start = log.list.length - this.#hidden - SHOWN;
    if (start > 0) {
      this.#hidden += Math.min(PAGE, start);
      this.render();
      return true;
    }
    if (this.#isLoading || !log.hasOlder || !log.list.length) return false;
    this.#isLoading = true;
    try {
      return await this.#addOlder(log.list, limit);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      return false;
    } finally {
      this.#isLoading = false;
    }
  }

  async #addOlder([first], limit) {
    const { log, sending, words } = this.#room;
    const page = await getJSON(`${words.url}messages/?before=${first.sequence}&limit=${limit}`);
    if (page.epoch !== log.epoch || first !== log.list[0]) return false;
    log.addOlder(page.messages, page.has_older);
    sending.arrivedIn(page.messages);
    this.#hidden = Math.max(this.#hidden, log.list.length - SHOWN, 0);
    this.render();
    return page.messages.length > 0;
  }

  #showNewer() {
    if (this.#hidden === 0) return;
    this.#hidden = Math.max(0, this.#hidden - PAGE);
    this.render({ isSticky: false });
  }
}

/** The titles of contents, by their keys, where an outline stands beside the room. */
function titlesOfOutline() {
  const links = document.querySelectorAll(".reader-modules a[href*='/content/']");
  const titles = [...links].map((link) => [link.href.match(/content\/(\d+)/)?.[1], link]);
  return Object.fromEntries(titles.map(([key, link]) => [key, titleOf(link)]));
}

function titleOf(link) {
  return link.querySelector("bdi")?.textContent ?? link.textContent.trim();
}
