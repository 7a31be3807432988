/**
 * Shows a document below its card, in the browser's own viewer, once the reader asks for it.
 *
 * The page hears `educa:opened` then. Without scripts, or in a browser without a viewer, the card's
 * links do. Takes `data-src`, `data-title` and, for the button, `data-hide`.
 */
class PdfFrame extends HTMLElement {
  #button;
  #words;
  #show;
  #frame;

  connectedCallback() {
    this.#button ??= this.querySelector("button[aria-expanded]");
    if (!this.dataset.src || !this.#button || navigator.pdfViewerEnabled === false) return;
    this.#words = this.#button.querySelector("span");
    this.#show ??= this.#words.textContent;
    this.#button.hidden = false;
    this.#button.addEventListener("click", this.#toggle);
  }

  #toggle = () => {
    if (this.#frame) this.#close();
    else this.#open();
    this.#button.setAttribute("aria-expanded", String(Boolean(this.#frame)));
    this.#words.textContent = this.#frame ? this.dataset.hide : this.#show;
  };

  #open() {
    this.#frame = document.createElement("iframe");
    // A sandbox would keep browsers from showing it; the answer's own policy lets it run nothing.
    this.#frame.src = this.dataset.src;
    this.#frame.title = this.dataset.title;
    this.append(this.#frame);
    this.dispatchEvent(new CustomEvent("educa:opened", { bubbles: true }));
  }

  #close() {
    this.#frame.remove();
    this.#frame = undefined;
  }
}

customElements.define("pdf-frame", PdfFrame);
