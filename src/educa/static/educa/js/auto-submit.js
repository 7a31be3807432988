/**
 * Sends the form around a choice as soon as a pointer has made it.
 *
 * With the keyboard a choice changes at each arrow key, so there the form's button sends it.
 */
class AutoSubmit extends HTMLElement {
  #pointed = false;

  connectedCallback() {
    this.addEventListener("pointerdown", () => {
      this.#pointed = true;
    });
    this.addEventListener("keydown", () => {
      this.#pointed = false;
    });
    this.addEventListener("change", (event) => {
      if (this.#pointed) event.target.form?.requestSubmit();
    });
  }
}

customElements.define("auto-submit", AutoSubmit);
