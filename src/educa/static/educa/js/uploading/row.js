import { percentOf, piece, say, sizeOf } from "./words.js";

const BUTTONS = {
  waiting: ["cancel"],
  sending: ["pause", "cancel"],
  offline: ["cancel"],
  paused: ["resume", "cancel"],
  failed: ["retry", "cancel"],
  refused: ["remove"],
  sent: [],
  adding: [],
  added: ["edit", "hide"],
  ready: ["remove"],
};

/** What one sees of a transfer: its name, how far it is, and what one can do. */
export class Row {
  element = piece("row");
  #name;

  constructor(name, acts) {
    this.#name = name;
    this.element.querySelector(".upload-name").textContent = name;
    for (const button of this.#buttons) {
      const act = button.dataset.do;
      this.#label(button);
      if (acts[act]) button.addEventListener("click", acts[act]);
    }
  }

  /** Shows where it stands: a state, its words, and how many bytes of how many are there. */
  show(state, words, sent, size) {
    this.element.dataset.state = state;
    const progress = this.element.querySelector("progress");
    progress.value = percentOf(sent, size);
    progress.hidden = !["waiting", "sending", "paused", "offline", "adding"].includes(state);
    this.element.querySelector(".upload-state").textContent = words;
    this.#offer(BUTTONS[state] ?? []);
  }

  /** Leads to where the content is edited. */
  lead(url, words) {
    const link = this.element.querySelector("[data-do=edit]");
    link.href = url;
    link.querySelector("span").textContent = words;
    this.#label(link);
  }

  /** Buttons of several rows are called by what they do, and to which file. */
  #label(button) {
    button.setAttribute("aria-label", `${button.textContent.trim()}: ${this.#name}`);
  }

  #offer(acts) {
    const focused = document.activeElement;
    const hadFocus = this.element.contains(focused);
    for (const button of this.#buttons) button.hidden = !acts.includes(button.dataset.do);
    if (hadFocus && focused.hidden) this.#buttons.find((button) => !button.hidden)?.focus();
  }

  get #buttons() {
    return [...this.element.querySelectorAll("[data-do]")];
  }
}

/** Whether it stands for want of somebody's help. */
export function hasFailed({ state }) {
  return state === "failed" || state === "refused";
}

/** What is said of a transfer that is on its way, or stands. */
export function wordsFor(transfer) {
  const percent = percentOf(transfer.sent, transfer.size);
  const values = { percent, sent: sizeOf(transfer.sent), size: sizeOf(transfer.size) };
  if (hasFailed(transfer)) return transfer.words || say(transfer.reason);
  return say(transfer.state, values);
}
