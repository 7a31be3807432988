import { Failure, getText } from "../requests.js";

const FRESH = 300_000; // milliseconds for which a lesson that was fetched early may be used

/** Gets lessons; the next one before it is asked for, unless the reader saves data. */
export class Lessons {
  #early = new Map();
  #changing = new Map(); // addresses, and what is being sent about them

  /** Fetches the lesson at this address early, in place of the one that was fetched early before. */
  prefetch(url) {
    if (!url || navigator.connection?.saveData || this.#early.has(url) || this.#changing.has(url))
      return;
    const html = getText(url, { "X-Educa-Part": "lesson", "X-Educa-Prefetch": "1" });
    html.catch(() => this.#early.delete(url));
    this.#early = new Map([[url, { html, at: Date.now() }]]);
  }

  /** What was fetched early from this address is old. */
  forget(url) {
    this.#early.delete(url);
  }

  /** Fetches nothing early from this address until `sent`, a promise, is kept: it changes what is there. */
  async change(url, sent) {
    this.forget(url);
    this.#changing.set(url, sent);
    await sent;
    if (this.#changing.get(url) === sent) this.#changing.delete(url);
  }

  /** Is kept when nothing is being sent any more. */
  settled() {
    return Promise.all(this.#changing.values());
  }

  /** Gives the lesson as an element, and whether it was fetched early. Throws Failure. */
  async take(url) {
    const early = this.#early.get(url);
    this.#early.delete(url);
    if (early && Date.now() - early.at < FRESH) {
      const html = await early.html.catch(() => undefined);
      if (html !== undefined) return { lesson: parsed(html), isEarly: true };
    }
    return { lesson: parsed(await getText(url, { "X-Educa-Part": "lesson" })), isEarly: false };
  }
}

function parsed(html) {
  const lesson = new DOMParser().parseFromString(html, "text/html").querySelector(".lesson");
  if (!lesson) throw new Failure("broken");
  return document.adoptNode(lesson);
}
