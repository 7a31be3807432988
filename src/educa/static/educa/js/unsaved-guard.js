/**
 * Asks before one leaves a form with something in it that is not saved: <form><unsaved-guard hidden>.
 *
 * With `data-unsaved` there is something from the start, as when the form came back with errors.
 */
class UnsavedGuard extends HTMLElement {
  #form = this.closest("form");
  #guarded = new AbortController();

  connectedCallback() {
    const { signal } = this.#guarded;
    if ("unsaved" in this.dataset) this.#guard();
    else this.#form.addEventListener("input", () => this.#guard(), { once: true, signal });
    // On the window, which hears of it last: something on the way may hold the form back.
    addEventListener("submit", (event) => this.#release(event), { signal });
  }

  disconnectedCallback() {
    this.#guarded.abort();
  }

  #guard() {
    const { signal } = this.#guarded;
    addEventListener("beforeunload", (event) => event.preventDefault(), { signal });
  }

  #release(event) {
    if (event.target === this.#form && !event.defaultPrevented) this.#guarded.abort();
  }
}

customElements.define("unsaved-guard", UnsavedGuard);
