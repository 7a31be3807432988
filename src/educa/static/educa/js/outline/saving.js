import { Failure } from "../requests.js";
import { post, whyNot } from "../studio/steps.js";
import { fill } from "./rows.js";

const AGAIN = new Set(["offline", "unreachable", "signedOut", "forbidden", "busy", "broken"]);

/**
 * Saves steps in the order in which they were taken, and says so.
 *
 * A step is `{url, fields, apply, revert, done}`. It shows at once; when it can't be saved, it and all that
 * came after it are put back, the reason is given, and where another try could help, it is offered.
 */
export class Saving {
  #editor;
  #status;
  #alert;
  #pending = [];
  #isBusy = false;

  constructor(editor) {
    this.#editor = editor;
    this.#status = editor.querySelector(".outline-saved");
    this.#alert = editor.querySelector(".outline-failure");
    window.addEventListener("offline", () => this.#say(editor.words.offline));
    window.addEventListener("online", () => this.#say(""));
    window.addEventListener("beforeunload", (event) => {
      if (this.#pending.length) event.preventDefault();
    });
  }

  /** Takes a step. */
  take(step) {
    step.apply?.();
    this.#pending.push(step);
    this.#alert.hidden = true;
    this.#say(this.#editor.words.saving);
    this.#work();
  }

  /** Says why something failed, and offers `again` where there is one. */
  fail(words, again) {
    const box = this.#editor.template("failure");
    const button = box.querySelector("button");
    box.querySelector("div").textContent = words;
    if (again) button.addEventListener("click", again, { once: true });
    else button.remove();
    this.#alert.replaceChildren(box);
    this.#alert.hidden = false;
  }

  async #work() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (this.#pending.length) await this.#save(this.#pending[0]);
    this.#isBusy = false;
  }

  async #save(step) {
    let answer;
    try {
      answer = await post(step.url, step.fields);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      this.#putBack(failure);
      return;
    }
    this.#pending.shift();
    if (!this.#pending.length) this.#saved();
    await this.#editor.update(() => step.done?.(answer));
  }

  #putBack(failure) {
    const steps = this.#pending.splice(0);
    for (const step of steps.toReversed()) step.revert?.();
    this.#say(this.#editor.words.notSaved);
    const again = () => {
      this.#alert.hidden = true;
      for (const step of steps) this.take(step);
    };
    this.fail(whyNot(failure), AGAIN.has(failure.reason) ? again : undefined);
    if (["changed", "gone"].includes(failure.reason)) {
      this.#editor.update(() => this.#editor.refresh());
    }
  }

  #saved() {
    const clock = { hour: "numeric", minute: "2-digit" };
    const time = new Date().toLocaleTimeString(document.documentElement.lang, clock);
    this.#say(fill(this.#editor.words.saved, { time }));
  }

  #say(words) {
    this.#status.textContent = words;
  }
}
