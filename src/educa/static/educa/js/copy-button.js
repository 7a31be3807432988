import { announce, prepare } from "./contents/announcing.js";
import { copy } from "./contents/copying.js";

const PAUSE = 2000; // milliseconds for which the button says that it was done

/**
 * A button that copies the code beside it. Scripts make it, since nothing could be copied without them.
 *
 * Takes its words from `data-copy`, `data-copied` and `data-failed`.
 */
class CopyButton extends HTMLElement {
  #button;
  #timer = 0;

  connectedCallback() {
    if (this.#button) return;
    prepare();
    this.#button = document.createElement("button");
    this.#button.type = "button";
    this.#button.textContent = this.dataset.copy;
    this.#button.addEventListener("click", () => this.#copy());
    this.append(this.#button);
  }

  async #copy() {
    const code = this.parentElement.querySelector("pre").textContent.replace(/\n$/, "");
    this.#say((await copy(code)) ? this.dataset.copied : this.dataset.failed);
  }

  #say(words) {
    announce(words);
    this.#button.textContent = words;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#button.textContent = this.dataset.copy;
    }, PAUSE);
  }
}

customElements.define("copy-button", CopyButton);
