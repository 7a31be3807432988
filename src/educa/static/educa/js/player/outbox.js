import { Failure, postJSON } from "../requests.js";

const MOST = 200; // contents whose events wait
const MOST_PARTS = 200; // of a video, in one event
const SOON = 1500; // milliseconds that a place waits for the next one
const FIRST_RETRY = 2000; // milliseconds, doubled with each failure
const LAST_RETRY = 60_000;
const CLOSED_RETRY = 300_000; // milliseconds until what is closed to the student is tried again
const LONGEST = 7 * 86_400_000; // milliseconds after which it is given up
const MEANINGS = { tooLarge: "refused", forbidden: "closed", gone: "closed" };

/**
 * What happened in lessons and is to be reported: kept in the browser, by person, until the server has it.
 *
 * Events of one content become one, contents are reported in the order in which something happened first,
 * and by one tab at a time. The server takes the same event twice without harm, so an event goes only after
 * it was answered, or can never be taken. What is closed to the student for now holds up no others.
 */
export class Outbox {
  #user;
  #key;
  #memory = "[]";
  #isKept = true; // whether the browser has what the memory has
  #timer;
  #sending;
  #retry = FIRST_RETRY;
  #closed = new Map(); // addresses, and when they are tried again

  /** `answered(url, answer)` hears each answer, `stuck(reason, url)` why something has to wait, or is lost. */
  constructor(user, { answered, stuck }) {
    this.#user = user;
    this.#key = `educa-outbox-${user}`;
    this.answered = answered;
    this.stuck = stuck;
    window.addEventListener("online", () => this.flush());
    this.flush();
  }

  get isEmpty() {
    return this.#entries().length === 0;
  }

  /** Whether something waits for this address. */
  has(url) {
    return this.#entries().some((entry) => entry.url === url);
  }

  /** Adds what happened; `now` reports it at once. */
  add(url, event, { now = false } = {}) {
    const entries = this.#entries();
    let entry = entries.find((each) => each.url === url);
    if (!entry) {
      entry = { url, event: {} };
      entries.push(entry);
    }
    merge(entry, event);
    this.#closed.delete(url);
    entry.revision = `${Date.now()}-${Math.random()}`;
    this.#keep(entries.slice(-MOST));
    this.#later(now ? 0 : SOON);
  }

  /** Reports what waits, one after another. */
  async flush() {
    if (this.isEmpty) return;
    this.#sending ??= this.#sendAlone();
    await this.#sending;
  }

  /** What was added when all had just been sent is sent afterwards. */
  async #sendAlone() {
    try {
      const isDone = await alone(() => this.#sendAll());
      if (isDone && this.#due().length > 0) this.#later(0);
    } finally {
      this.#sending = undefined;
    }
  }

  /** Reports what waits while the page goes away; it stays here, as no answer will be heard. */
  leave() {
    for (const entry of this.#due()) {
      postJSON(entry.url, aged(entry), { user: this.#user, keepalive: true }).catch(() => {});
    }
  }

  /** Whether all that is due was dealt with. */
  async #sendAll() {
    for (let [entry] = this.#due(); entry; [entry] = this.#due()) {
      if (!(await this.#send(entry))) return false;
    }
    if (!this.isEmpty) this.#later(CLOSED_RETRY);
    return true;
  }

  #due() {
    return this.#entries().filter(({ url }) => !(this.#closed.get(url) > Date.now()));
  }

  /** Whether the entry is dealt with, so that the next one may be reported. */
  async #send(entry) {
    try {
      const answer = await postJSON(entry.url, aged(entry), { user: this.#user });
      this.#retry = FIRST_RETRY;
      this.#drop(entry);
      this.answered(entry.url, answer);
      return true;
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      const reason = reasonOf(failure, entry);
      if (reason === "refused") this.#drop(entry);
      else if (reason === "closed") this.#closed.set(entry.url, Date.now() + CLOSED_RETRY);
      else this.#tryAgain(failure.wait);
      this.stuck(reason, entry.url);
      return reason === "refused" || reason === "closed";
    }
  }

  #tryAgain(wait) {
    this.#later(Math.max(this.#retry, wait));
    this.#retry = Math.min(2 * this.#retry, LAST_RETRY);
  }

  #later(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), milliseconds);
  }

  /** Removes the entry, unless something has been added to it meanwhile. */
  #drop({ url, revision }) {
    const isOther = (entry) => entry.url !== url || entry.revision !== revision;
    this.#keep(this.#entries().filter(isOther));
  }

  #entries() {
    try {
      if (this.#isKept) return JSON.parse(localStorage.getItem(this.#key) ?? "[]");
    } catch {
      // As below.
    }
    return JSON.parse(this.#memory);
  }

  #keep(entries) {
    this.#memory = JSON.stringify(entries);
    try {
      if (this.#memory === "[]") localStorage.removeItem(this.#key);
      else localStorage.setItem(this.#key, this.#memory);
      this.#isKept = true;
    } catch {
      this.#isKept = false;
      // A browser that keeps nothing reports as long as the page is open.
    }
  }
}

/** What becomes of an entry: "refused" is given up, "closed" is tried again much later, all else soon. */
function reasonOf({ reason }, { at }) {
  const meaning = MEANINGS[reason] ?? reason;
  const isTooOld = meaning === "closed" && Date.now() - at > LONGEST;
  return isTooOld ? "refused" : meaning;
}

/** What the student said by hand decides how old the event is. */
function merge(entry, event) {
  if (entry.event.done === undefined || event.done !== undefined) entry.at = Date.now();
  const watched = joined([...(entry.event.watched ?? []), ...(event.watched ?? [])]);
  entry.event = { ...entry.event, ...event, ...(watched.length ? { watched } : {}) };
}

function aged({ event, at }) {
  return { ...event, age: Math.max(0, Math.round((Date.now() - at) / 1000)) };
}

/** The parts of a video in order, where those that overlap are one. */
function joined(parts) {
  const result = [];
  for (const [from, to] of parts.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result.slice(-MOST_PARTS);
}

/** Does the work while no other tab does; browsers without locks take the chance. */
function alone(work) {
  return navigator.locks ? navigator.locks.request("educa-outbox", work) : work();
}
