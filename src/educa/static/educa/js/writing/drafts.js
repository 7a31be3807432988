/** Keeps what is typed: on the server where there is a place for it, and until then in this browser. */

import { post } from "../requests.js";

const REST = 2000; // milliseconds without a key after which a draft is sent
const LONGEST = 15_000; // and how long somebody may type without a rest
const HERE = 300;
const RETRY = 10_000;
const PATIENCE = 60_000; // milliseconds: the whole text goes
const MOST_IN_FAREWELL = 60_000; // bytes that a browser sends for a page that goes away

// Sending these again would be of no use; and with those a form would be lost that is sent now.
const FINAL = new Set(["forbidden", "gone", "tooLong", "elsewhere"]);
const STATES = {
  changed: "elsewhere",
  tooLarge: "tooLong",
  refused: "unreachable",
  broken: "unreachable",
};
const LOSING = new Set(["offline", "signedOut", "forbidden"]);

export class Drafts {
  #url;
  #alive;
  #kept;
  #values;
  #stamp;
  #tell;
  #version = 0;
  #sent = 0;
  #isHere = true;
  #since = 0;
  #timers = {};
  #sending = null;
  #pause = "";

  /**
   * `values` gives what is to be kept, `stamp` (a hidden input) has the state of the draft that this
   * window knows; `tell` hears what became of it. Without `url` all is kept in the browser alone, and
   * `alive` is an address that answers as long as one is signed in.
   */
  constructor({ url, alive, kept, values, stamp, tell }) {
    [this.#url, this.#alive, this.#kept] = [url, alive, kept];
    [this.#values, this.#stamp, this.#tell] = [values, stamp, tell];
    document.addEventListener("visibilitychange", () => this.#turn());
    window.addEventListener("pagehide", () => this.#farewell());
    window.addEventListener("online", () => this.save());
    window.addEventListener("offline", () => this.save());
    window.addEventListener("beforeunload", (event) => {
      this.#keepHere();
      if (!this.#isHere) event.preventDefault();
    });
  }

  /** Something was typed. */
  change() {
    this.#version++;
    this.#since ||= Date.now();
    this.#isHere = false;
    this.#later("here", HERE, () => this.#keepHere());
    const left = LONGEST - (Date.now() - this.#since);
    this.#later("save", Math.max(0, Math.min(REST, left)), () => this.save());
  }

  /** For this reason nothing goes to the server any more, until `resume`. */
  pause(reason) {
    this.#pause = reason;
  }

  /** Goes on; `known` is the state of the draft that may be overwritten, or null for any. */
  resume(known) {
    this.#pause = "";
    this.#stamp.value = known ?? "";
    this.#stamp.dataset.any = known === null ? "yes" : "";
    return this.save();
  }

  /** Sends what was typed, and tells why it could not be sent, if so. */
  save() {
    if (this.#sent === this.#version) return Promise.resolve("");
    if (!this.#url || this.#pause) {
      this.#keepHere();
      this.#tell(this.#isHere ? this.#pause || "kept" : "unkept", {});
      return Promise.resolve("");
    }
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  /** Makes sure that nothing is lost when the form is sent now; gives the reason why something might be. */
  async settle() {
    if (!this.#url) return this.#isAlive();
    await this.#sending;
    const reason = await this.save();
    if (LOSING.has(reason)) return reason;
    this.#sent = this.#version;
    this.#isHere = true;
    return "";
  }

  async #isAlive() {
    try {
      await post(this.#alive, { content: "" });
    } catch ({ reason }) {
      if (LOSING.has(reason)) {
        this.#keepHere();
        this.#tell(reason, {});
        return reason;
      }
    }
    this.#leave();
    return "";
  }

  /** The browser's copy is of no use any more. */
  #leave() {
    clearTimeout(this.#timers.here);
    this.#kept.forget();
    this.#sent = this.#version;
    this.#isHere = true;
  }

  async #send(options = {}) {
    const version = this.#version;
    clearTimeout(this.#timers.save);
    try {
      const answer = await post(this.#url, this.#fields(), { patience: PATIENCE, ...options });
      this.#stamp.value = answer.stamp;
      this.#stamp.dataset.any = "";
      this.#sent = version;
      this.#since = version === this.#version ? 0 : Date.now();
      if (version === this.#version) this.#leave();
      this.#tell("saved", answer);
      return "";
    } catch (failure) {
      const reason = STATES[failure.reason] ?? failure.reason ?? "unreachable";
      this.#keepHere();
      this.#tell(this.#isHere ? reason : "unkept", {});
      if (reason === "elsewhere") this.pause(reason);
      if (!FINAL.has(reason)) {
        this.#later("save", Math.max(RETRY, failure.wait ?? 0), () => this.save());
      }
      return reason;
    }
  }

  #fields() {
    const known = this.#stamp.dataset.any ? {} : { known: this.#stamp.value };
    return { ...this.#values(), ...known };
  }

  #keepHere() {
    clearTimeout(this.#timers.here);
    if (this.#sent !== this.#version) this.#isHere = this.#kept.keep(this.#values());
  }

  /** Another window is looked at, where one may have signed in meanwhile. */
  #turn() {
    this.save();
  }

  #farewell() {
    this.#keepHere();
    const size = new Blob(Object.values(this.#values())).size;
    const isOpen = this.#url && !this.#pause && this.#sent !== this.#version;
    if (isOpen && size < MOST_IN_FAREWELL) this.#send({ keepalive: true });
  }

  #later(name, pause, step) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(step, pause);
  }
}
