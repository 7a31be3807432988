/**
 * Shows how far an import or export is, by asking the page that it stands on for JSON.
 *
 * When it is over, the page is loaded again and says what came of it. Readers of screens hear each
 * step, and not each per cent.
 */
import { getJSON } from "./requests.js";

const PAUSE = 1_000; // milliseconds between two questions
const LONGER_PAUSE = 5_000; // after one that was not answered

class TransferProgress extends HTMLElement {
  #words = this.querySelector(".words");
  #bar = this.querySelector("progress");
  #status = this.querySelector('[role="status"]');
  #step = "";
  #timer = 0;

  connectedCallback() {
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  async #ask() {
    let pause = PAUSE;
    try {
      const progress = await getJSON(location.href);
      if (progress.is_over) {
        location.reload();
        return;
      }
      this.#show(progress);
    } catch ({ wait = 0 }) {
      this.#say(this.dataset.lost);
      pause = Math.max(LONGER_PAUSE, wait);
    }
    if (this.isConnected) this.#timer = setTimeout(() => this.#ask(), pause);
  }

  #show({ words, percent, step }) {
    this.#words.textContent = words;
    if (percent === null) this.#bar.removeAttribute("value");
    else this.#bar.value = percent;
    if (step !== this.#step) {
      this.#step = step;
      this.#say(words);
    }
  }

  #say(words) {
    if (this.#status.textContent !== words) this.#status.textContent = words;
    if (words === this.dataset.lost) this.#words.textContent = words;
  }
}

customElements.define("transfer-progress", TransferProgress);
