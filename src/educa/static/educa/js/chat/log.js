const TRIMMED = 500; // messages that are kept in the end when there are far too many

/**
 * What this page knows of a room: messages as they are now, after all events up to `last`.
 *
 * Pure: it knows of no page and no network. Whatever is taken in twice, too late or out of turn, what it holds
 * is what the log of the server says up to `last`, with no number missing between the first message and that.
 */
export class Log {
  #messages = new Map();
  #list;

  constructor(page = {}) {
    this.load(page);
  }

  /** Begins anew with a page of messages; `head` is the last event that they tell of. */
  load({ head = 0, epoch = "", messages = [], has_older: hasOlder = false }) {
    this.last = head;
    this.epoch = epoch;
    this.hasOlder = hasOlder;
    this.#messages = new Map(messages.map((message) => [message.sequence, { ...message }]));
    this.#list = undefined;
  }

  /** The messages in order. */
  get list() {
    this.#list ??= [...this.#messages.values()].sort((a, b) => a.sequence - b.sequence);
    return this.#list;
  }

  get(sequence) {
    return this.#messages.get(sequence);
  }

  /** Puts a page of older messages before those that are here. */
  addOlder(messages, hasOlder) {
    for (const message of messages) {
      if (!this.#messages.has(message.sequence)) this.#messages.set(message.sequence, message);
    }
    this.hasOlder = hasOlder;
    this.#list = undefined;
  }

  /** Forgets the oldest messages where there are too many; they can be loaded again. */
  trim(most) {
    if (this.#messages.size <= most) return;
    const kept = this.list.slice(-TRIMMED);
    this.#messages = new Map(kept.map((message) => [message.sequence, message]));
    this.hasOlder = true;
    this.#list = undefined;
  }

  /** Takes an event in: "known" where it was, "gap" where one before it is missing, else "taken". */
  take(event) {
    if (event.sequence <= this.last) return "known";
    if (event.sequence !== this.last + 1) return "gap";
    this.last = event.sequence;
    this.#apply(event);
    return "taken";
  }

  #apply(event) {
    if (event.type === "message") {
      this.#messages.set(event.sequence, { ...event });
      this.#list = undefined;
      return;
    }
    const target = this.#messages.get(event.target);
    if (target) CHANGES[event.type]?.(target, event);
    if (event.type === "edit" || event.type === "delete") this.#requote(event);
  }

  /** Replies show what they answer as it is now. */
  #requote({ type, target, message }) {
    for (const { reply_to: quote } of this.#messages.values()) {
      if (quote?.sequence !== target || quote.deleted) continue;
      quote.deleted = type === "delete";
      quote.message = quote.deleted ? "" : inOneLine(message);
    }
  }
}

const CHANGES = {
  edit(target, { message, mentions, edited }) {
    if (target.deleted) return;
    Object.assign(target, { message, mentions, edited });
  },
  delete(target, { by }) {
    Object.assign(target, { message: "", mentions: [], deleted: true, by, pinned: false });
    target.reactions = {};
    target.picture = undefined;
  },
  reaction(target, { user, sign, on }) {
    if (target.deleted || !user) return; // the signs of an account that is gone went with it
    const people = (target.reactions?.[sign] ?? []).filter((each) => each !== user);
    if (on) people.push(user);
    target.reactions = { ...target.reactions, [sign]: people };
  },
  pin(target, { pinned }) {
    target.pinned = pinned && !target.deleted;
  },
  answer(target, { answer, settled }) {
    Object.assign(target, { answer, settled });
  },
};

const LONGEST_QUOTE = 200; // characters, as the server quotes

function inOneLine(text) {
  const line = text.split(/\s+/).filter(Boolean).join(" ");
  return line.length <= LONGEST_QUOTE ? line : `${line.slice(0, LONGEST_QUOTE - 1)}…`;
}
