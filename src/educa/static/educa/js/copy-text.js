/** Offers to copy a short text, where the browser can: `output` holds it, the button says when it is done. */
class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", () => this.#copy(button));
  }

  async #copy(button) {
    const label = button.querySelector("span");
    try {
      await navigator.clipboard.writeText(this.querySelector("output").textContent);
    } catch {
      getSelection().selectAllChildren(this.querySelector("output"));
      return;
    }
    label.setAttribute("role", "status");
    label.textContent = button.dataset.done;
  }
}

customElements.define("copy-text", CopyText);
