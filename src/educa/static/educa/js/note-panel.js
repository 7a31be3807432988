/**
 * Saves a private note while it is typed: <note-panel> around its form, which works without it.
 *
 * What the server does not have yet is kept in this browser, for this person, until it has it. When the
 * note was saved elsewhere meanwhile, both texts are shown and one chooses; nothing is overwritten unseen.
 */
import { post } from "./requests.js";
import { Kept } from "./writing/kept.js";

const REST = 1_200; // milliseconds without a key after which the note is saved
const LONGEST = 10_000; // and how long somebody may type without a rest
const RETRY = 10_000;
const MOST_IN_FAREWELL = 60_000; // bytes that a browser sends for a page that goes away

// Another try of these would end the same way.
const FINAL = new Set(["forbidden", "signedOut", "gone", "refused", "tooLarge"]);
const WORDS = { gone: "contentGone" };

class NotePanel extends HTMLElement {
  #form = null;
  #field = null;
  #seen = null;
  #kept = null;
  #saved = "";
  #current = null;
  #since = 0;
  #timer = 0;
  #sending = null;
  #left = new AbortController();

  connectedCallback() {
    this.#form = this.querySelector("form");
    this.#field = this.#form.elements.body;
    this.#seen = this.#form.elements.seen;
    // Not `value`: somebody may have typed before this script was there.
    this.#saved = this.#field.defaultValue;
    this.#kept = new Kept(this.dataset.user, new URL(this.#form.action).pathname, "note");
    this.#left = new AbortController();
    const { signal } = this.#left;
    this.#field.addEventListener("input", () => this.#change(), { signal });
    this.#form.addEventListener("submit", (event) => this.#submit(event), { signal });
    for (const button of this.querySelectorAll("[data-keep]")) {
      button.addEventListener("click", () => this.#decide(button.dataset.keep), { signal });
    }
    addEventListener("online", () => this.#save(), { signal });
    addEventListener("pagehide", () => this.#farewell(), { signal });
    addEventListener("beforeunload", (event) => this.#hold(event), { signal });
    this.#restore();
    if (this.#isOpen && !this.#timer) this.#change();
  }

  /** The player shows another content: what was typed goes to the server on the way. */
  disconnectedCallback() {
    this.#farewell();
    clearTimeout(this.#timer);
    this.#left.abort();
  }

  /** Saves what is not saved, and is kept when that was tried. */
  async finish() {
    await this.#sending;
    this.#save();
    await this.#sending;
  }

  get #isOpen() {
    return this.#field.value !== this.#saved;
  }

  #change() {
    this.#since ||= Date.now();
    this.#keepHere();
    if (this.#current) return;
    this.#say(this.#isOpen ? this.dataset.unsaved : "");
    const left = LONGEST - (Date.now() - this.#since);
    this.#later(Math.max(0, Math.min(REST, left)));
  }

  #submit(event) {
    event.preventDefault();
    if (!this.#current) this.#save();
  }

  #save() {
    clearTimeout(this.#timer);
    if (!this.#isOpen || this.#current) return;
    this.#sending ??= this.#send().then((isSaved) => {
      this.#sending = null;
      // What was typed meanwhile; where it was not saved, another try is due already, or would end the same way.
      if (isSaved && this.#isOpen) this.#later(REST);
    });
  }

  /** The page hears `educa:saving` with the promise `sent`. */
  #send(options) {
    const sent = this.#ask(options);
    this.dispatchEvent(new CustomEvent("educa:saving", { bubbles: true, detail: { sent } }));
    return sent;
  }

  /** Whether it was saved. */
  async #ask(options = {}) {
    const body = this.#field.value;
    this.#timer = 0;
    this.#say(this.dataset.saving);
    try {
      this.#taken(body, await post(this.#form.action, { body, seen: this.#seen.value }, options));
      return true;
    } catch (failure) {
      if (failure.reason === "changed") this.#disagree(failure.answer);
      else this.#fail(failure);
      return false;
    }
  }

  #taken(body, { seen, saved }) {
    this.#seen.value = seen;
    this.#saved = body;
    this.#since = 0;
    if (this.#isOpen) this.#keepHere();
    else this.#kept.forget();
    this.#mark("");
    this.#say(saved || this.dataset.gone);
  }

  #fail({ reason, words, wait = 0 }) {
    const isKept = this.#keepHere();
    this.#mark("failed");
    const known = this.dataset[WORDS[reason] ?? reason] ?? this.dataset.unreachable;
    this.#say(words || (isKept ? known : this.dataset.unkept));
    if (!FINAL.has(reason)) this.#later(Math.max(RETRY, wait));
  }

  /** The note says something else by now. */
  #disagree(current) {
    this.#current = current;
    this.#keepHere();
    this.querySelector("details").open = true;
    const box = this.querySelector(".note-conflict");
    box.querySelector(".note-text").textContent = current.body;
    box.hidden = false;
    this.#mark("failed");
    this.#say(this.dataset.unsaved);
  }

  #decide(choice) {
    const { body, seen, saved } = this.#current;
    this.#current = null;
    this.querySelector(".note-conflict").hidden = true;
    this.#seen.value = seen;
    this.#saved = body;
    if (choice === "both")
      this.#field.value = [body, this.#field.value].filter(Boolean).join("\n\n");
    if (choice === "theirs") this.#field.value = body;
    this.#field.focus();
    if (this.#isOpen) this.#save();
    else this.#taken(body, { seen, saved });
  }

  /** Puts back what this browser has and the server has not. */
  #restore() {
    const [newest] = this.#kept.all();
    if (!newest) return;
    const { body, seen } = newest.values;
    if (newest.key !== undefined) this.#kept.forget(newest.key);
    if (body === this.#saved) return;
    const current = { body: this.#saved, seen: this.#seen.value, saved: "" };
    this.querySelector("details").open = true;
    this.#field.value = body;
    this.#keepHere();
    if (seen !== current.seen) return this.#disagree(current);
    this.#say(this.dataset.restored);
    this.#later(REST);
  }

  #keepHere() {
    const isNeeded = this.#isOpen || this.#current;
    if (!isNeeded) return true;
    return this.#kept.keep({ body: this.#field.value, seen: this.#seen.value });
  }

  #farewell() {
    if (!this.#isOpen) return;
    this.#keepHere();
    const isSmall = new Blob([this.#field.value]).size < MOST_IN_FAREWELL;
    if (isSmall && !this.#current && !this.#sending) this.#send({ keepalive: true });
  }

  #hold(event) {
    if (this.#isOpen && !this.#keepHere()) event.preventDefault();
  }

  #mark(state) {
    this.dataset.state = state;
  }

  #say(words) {
    const state = this.querySelector(".note-state");
    if (state.textContent !== words) state.textContent = words;
  }

  #later(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), pause);
  }
}

customElements.define("note-panel", NotePanel);
