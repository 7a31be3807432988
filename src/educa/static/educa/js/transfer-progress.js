/**
 * Shows how far an import or export is, by asking the page that it stands on for JSON.
 *
 * When it is over, the page is loaded again and says what came of it. Readers of screens hear each
 * step, and not each per cent.
 */
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
      const answer = await fetch(location.href, {
        headers: { Accept: "application/json" },
        redirect: "error",
      });
      if (!answer.ok) throw new Error(answer.statusText);
      const progress = await answer.json();
      if (progress.is_over) {
        location.reload();
        return;
      }
      this.#show(progress);
    } catch {
      this.#say(this.dataset.lost);
      pause = LONGER_PAUSE;
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
