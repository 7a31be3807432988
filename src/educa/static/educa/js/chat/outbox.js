import { Failure } from "../requests.js";

const FIRST_RETRY = 2_000; // milliseconds, doubled with each failure
const MOST_TRIES = 4; // of a picture or a post that fails while there is a connection

const PASSING = new Set(["offline", "unreachable", "busy", "broken"]); // another try may help

/**
 * What this person has written and the room has not told of yet: kept by person and room in this window.
 *
 * Each message goes out under the same `client_id` until it is stored, one after another, so that they stay in
 * the order in which they were written. `state` of an entry: "sending", "waiting" (until it may be sent),
 * "failed" (`words` say why), or "sent" (stored; its event is on its way). Pictures are kept while the page is open.
 *
 * `transport(entry)` sends and throws Failure, "unconnected" where nothing can be sent now; `changed()` hears of every change.
 */
export class Outbox {
  #key;
  #entries = [];
  #timer;
  #isRunning = false;

  constructor({ user, room, transport, changed }) {
    this.#key = `educa-chat-${user}-${room}`;
    this.transport = transport;
    this.changed = changed;
    for (const kept of recalled(this.#key)) {
      this.#entries.push({ ...kept, state: kept.state === "failed" ? "failed" : "sending" });
    }
  }

  get entries() {
    return this.#entries;
  }

  add(draft) {
    const entry = {
      client_id: crypto.randomUUID?.() ?? uuid(),
      at: new Date().toISOString(),
      state: "sending",
      tries: 0,
      ...draft,
    };
    this.#entries.push(entry);
    this.#change();
    this.flush();
    return entry;
  }

  /** Tries a message again that failed. */
  retry(id) {
    const entry = this.#find(id);
    if (!entry) return;
    Object.assign(entry, { state: "sending", words: undefined, tries: 0 });
    this.#change();
    this.flush();
  }

  /** Takes a message out; gives what it was. */
  discard(id) {
    const entry = this.#find(id);
    this.#entries = this.#entries.filter((each) => each !== entry);
    this.#change();
    return entry;
  }

  /** The room tells of a message of this person. */
  arrived(id) {
    if (this.#find(id)) this.discard(id);
  }

  /** The list has all that was stored up to this number: what was is not on its way any more. */
  passed(sequence) {
    for (const entry of [...this.#entries]) {
      if (entry.state === "sent" && entry.sequence <= sequence) this.discard(entry.client_id);
    }
  }

  /** Sends what waits, in order. */
  async flush() {
    clearTimeout(this.#timer);
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let entry = this.#next(); entry; entry = this.#next()) {
        if (!(await this.#send(entry))) break;
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** The first that is neither stored nor failed; one that must wait holds up those after it. */
  #next() {
    const entry = this.#entries.find(({ state }) => state === "sending" || state === "waiting");
    return entry?.until > Date.now() ? undefined : entry;
  }

  /** Whether the next one may be sent. */
  async #send(entry) {
    entry.state = "sending";
    entry.until = undefined;
    this.changed();
    try {
      const { sequence } = await this.transport(entry);
      Object.assign(entry, { state: "sent", sequence });
      this.#change();
      return true;
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      return this.#failed(entry, failure);
    }
  }

  #failed(entry, { reason, words, wait }) {
    entry.tries = (entry.tries ?? 0) + 1;
    if (wait && reason !== "broken") {
      Object.assign(entry, { state: "waiting", until: Date.now() + wait, words });
      this.#later(wait);
    } else if (reason === "unconnected" || reason === "signedOut") {
      entry.tries = 0; // it goes out when there is a connection
    } else if (PASSING.has(reason) && entry.tries < MOST_TRIES) {
      this.#later(Math.max(wait, FIRST_RETRY * 2 ** (entry.tries - 1)));
    } else {
      Object.assign(entry, { state: "failed", words });
    }
    this.#change();
    return entry.state === "failed";
  }

  #later(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), pause + 50);
  }

  #find(id) {
    return this.#entries.find((entry) => entry.client_id === id);
  }

  #change() {
    const kept = this.#entries.filter(({ file, state }) => !file && state !== "sent");
    keep(this.#key, kept.map(plain));
    this.changed();
  }
}

function plain({
  client_id,
  at,
  state,
  words,
  message,
  reply_to,
  quote,
  content,
  paragraph,
  second,
  title,
}) {
  return {
    client_id,
    at,
    state,
    words,
    message,
    reply_to,
    quote,
    content,
    paragraph,
    second,
    title,
  };
}

function recalled(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "[]");
  } catch {
    return [];
  }
}

function keep(key, entries) {
  try {
    if (entries.length) sessionStorage.setItem(key, JSON.stringify(entries));
    else sessionStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing sends as long as the page is open.
  }
}

/** For pages without a secure context, where browsers make none. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
