import { dayKey, dayOf } from "./times.js";

const TOGETHER = 300_000; // milliseconds within which messages of one author stand together

/**
 * The list of messages on the page: what is given is what it shows, and of its `rows` only those that differ are
 * made anew.
 */
export class View {
  #list;
  #known = new Map(); // elements and what they were made of, by their key

  constructor(list, { rows, me }) {
    this.#list = list;
    Object.assign(this, { rows, me });
    list.addEventListener("keydown", (event) => this.#move(event));
  }

  /** Shows the messages in order, then what waits; `divider` is the number after which all is new, `sent` that of the message that says so. */
  render({ messages, pending, divider, sent }) {
    const rows = [
      ...this.#messageRows(messages, divider, sent),
      ...this.#pendingRows(pending, messages.at(-1)),
    ];
    const known = new Map();
    const active = document.activeElement?.closest?.(".chat-message")?.id;
    let place = this.#list.firstElementChild;
    for (const { key, of, build } of rows) {
      const stamp = JSON.stringify(of);
      let [element, old] = this.#known.get(key) ?? [];
      if (!element || old !== stamp) {
        const fresh = build();
        if (element === place) place = place?.nextElementSibling ?? null;
        element?.remove();
        element = fresh;
      }
      known.set(key, [element, stamp]);
      if (element === place) place = place.nextElementSibling;
      else this.#list.insertBefore(element, place);
    }
    while (place) {
      const next = place.nextElementSibling;
      place.remove();
      place = next;
    }
    this.#known = known;
    this.#rove(active);
  }

  *#messageRows(messages, divider, sent) {
    let last;
    let isTold = divider === undefined;
    for (const message of messages) {
      const date = new Date(message.datetime);
      const day = dayKey(date);
      const isNextDay = !last || dayKey(new Date(last.datetime)) !== day;
      if (isNextDay) {
        const words = dayOf(date);
        yield { key: `day ${day}`, of: words, build: () => this.rows.day(words, day) };
      }
      const isOwn = message.user === this.me;
      const isNew = !isTold && message.sequence > divider && !isOwn && !message.deleted;
      if (isNew) {
        isTold = true;
        yield { key: "new", of: 1, build: () => this.rows.divider() };
      }
      const isFirst = isNextDay || isNew || !standTogether(last, message);
      const isLast = message.sequence === sent;
      const of = { message, isFirst, isLast, title: this.rows.titles[message.content?.id] };
      const build = () => this.rows.message({ ...message, isLast }, { isFirst, isOwn });
      yield { key: keyOf(message), of, build };
      last = message;
    }
  }

  *#pendingRows(pending, last) {
    let before = last;
    for (const entry of pending) {
      const message = this.#asMessage(entry);
      const isFirst = !before || !standTogether(before, message);
      const { file, preview, progress, ...of } = entry;
      yield {
        key: keyOf(message),
        of: { ...of, isFirst, progress: progress === undefined ? null : Math.round(progress * 20) },
        build: () => this.rows.message(message, { isFirst, isOwn: true, entry }),
      };
      before = message;
    }
  }

  /** What waits looks like what was sent. */
  #asMessage({ client_id, at, message = "", quote, content, paragraph, second }) {
    return {
      client_id,
      user: this.me,
      datetime: at,
      message,
      mentions: [],
      reactions: {},
      reply_to: quote,
      content: content && { id: content, paragraph, second },
    };
  }

  /** One button of all messages is a stop of the tab key; the arrows lead to the others. */
  #rove(active) {
    const rows = [...this.#list.querySelectorAll(".chat-message:has(.chat-more)")];
    const current = rows.find(({ id }) => id === active);
    for (const row of rows) row.querySelector(".chat-more").tabIndex = -1;
    const stop = (current ?? rows.at(-1))?.querySelector(".chat-more");
    if (!stop) return;
    stop.tabIndex = 0;
    if (current && document.activeElement === document.body) stop.focus({ preventScroll: true });
  }

  #move(event) {
    if (!event.target.matches(".chat-more")) return;
    const buttons = [...this.#list.querySelectorAll(".chat-more")];
    const index = buttons.indexOf(event.target);
    const places = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: buttons.length - 1 };
    const next = buttons[places[event.key]];
    if (places[event.key] === undefined) return;
    event.preventDefault();
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    next.closest(".chat-message").scrollIntoView({ block: "nearest" });
  }
}

function standTogether(last, message) {
  const isSame = last.user === message.user && message.user;
  return Boolean(isSame) && new Date(message.datetime) - new Date(last.datetime) < TOGETHER;
}

/** The same before and after the room has told of it, so that nothing jumps. */
function keyOf({ sequence, user, client_id: id }) {
  return user && id ? `${user} ${id}` : `m ${sequence}`;
}
