import { Failure } from "./requests.js";
import { post, whyNot } from "./studio/steps.js";

const UNDONE = 3000; // milliseconds for which the word stays that a step was taken back

/**
 * Says what was just done, and takes it back when asked within some seconds.
 *
 * Any script tells it by an event `educa:done` with `{message, undo, back}`: `undo` is the address of the
 * step back, and `back` has the focus when a toast is closed. Time stands still while a toast is hovered
 * or has the focus; Control+Z takes back the newest. When something was taken back, the document hears
 * `educa:undone` with the same detail.
 */
class UndoToast extends HTMLElement {
  #list = this.querySelector("[role=status]");
  #template = this.querySelector("template");

  connectedCallback() {
    document.addEventListener("educa:done", this.#show);
    document.addEventListener("keydown", this.#listen);
  }

  disconnectedCallback() {
    document.removeEventListener("educa:done", this.#show);
    document.removeEventListener("keydown", this.#listen);
  }

  #show = (event) => {
    const box = this.#template.content.firstElementChild.cloneNode(true);
    this.#list.append(box);
    new Toast(box, event.detail, this.dataset);
  };

  #listen = (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
    const isWriting = event.target.closest("input, textarea, select, [contenteditable]");
    const newest = [...this.#list.querySelectorAll(".toast-undo")].at(-1);
    if (!isUndo || isWriting || !newest) return;
    event.preventDefault();
    newest.click();
  };
}

/** One step that can be taken back. */
class Toast {
  #box;
  #step;
  #clock;
  #isBusy = false;

  constructor(box, step, { seconds, undone }) {
    this.#box = box;
    this.#step = step;
    this.#clock = new Clock(Number(seconds) * 1000, () => this.#close());
    this.#say(step.message);
    for (const name of ["pointerenter", "focusin"]) box.addEventListener(name, this.#clock.stop);
    for (const name of ["pointerleave", "focusout"]) box.addEventListener(name, this.#clock.start);
    box.querySelector(".toast-close").addEventListener("click", () => this.#close());
    box.querySelector(".toast-undo").addEventListener("click", () => this.#undo(undone));
    this.#clock.start();
  }

  #say(words) {
    this.#box.querySelector(".toast-words").textContent = words;
  }

  #close() {
    const hadFocus = this.#box.contains(document.activeElement);
    this.#clock.stop();
    this.#box.remove();
    if (hadFocus) this.#step.back?.focus();
  }

  async #undo(undone) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#clock.halt();
    try {
      await post(this.#step.undo);
      this.#say(undone);
      this.#box.querySelector(".toast-undo").remove();
      setTimeout(() => this.#box.remove(), UNDONE);
      document.dispatchEvent(new CustomEvent("educa:undone", { detail: this.#step }));
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      this.#say(whyNot(failure));
    } finally {
      this.#isBusy = false;
    }
  }
}

/** Time that runs down; it can be stopped and started again, until it is halted for good. */
class Clock {
  #timer;
  #since;
  #left;
  #end;
  #isHalted = false;

  constructor(milliseconds, end) {
    this.#left = milliseconds;
    this.#end = end;
  }

  start = () => {
    if (this.#isHalted || this.#since) return;
    this.#since = performance.now();
    this.#timer = setTimeout(this.#end, this.#left);
  };

  stop = () => {
    clearTimeout(this.#timer);
    if (this.#since) this.#left = Math.max(0, this.#left - (performance.now() - this.#since));
    this.#since = undefined;
  };

  halt() {
    this.stop();
    this.#isHalted = true;
  }
}

customElements.define("undo-toast", UndoToast);
