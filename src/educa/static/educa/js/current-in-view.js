/**
 * Brings the current entry of a long list into sight, in the box that scrolls and without moving the page:
 * <nav><current-in-view><ol>...</ol></current-in-view></nav>, where the parent is that box.
 */
class CurrentInView extends HTMLElement {
  connectedCallback() {
    this.#bring();
    // A popover has no size before it is open.
    this.parentElement.addEventListener("toggle", () => this.#bring());
  }

  #bring() {
    const box = this.parentElement;
    const current = this.querySelector("[aria-current]");
    if (!current) return;
    const distance = current.getBoundingClientRect().top - box.getBoundingClientRect().top;
    box.scrollTop += distance - box.clientHeight / 2;
  }
}

customElements.define("current-in-view", CurrentInView);
