import { PictureDialog } from "./contents/picture-dialog.js";

/**
 * Opens the picture that a link in it leads to over the whole window.
 *
 * Without scripts, or with a key that asks for a new tab, the link is what it is. Takes its words from
 * `data-picture`, `data-actual`, `data-fit` and `data-close`.
 */
class PictureViewer extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#open);
  }

  #open = (event) => {
    const link = event.target.closest("a");
    if (!link?.querySelector("img") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    new PictureDialog(link, this.dataset).open();
  };
}

customElements.define("picture-viewer", PictureViewer);
