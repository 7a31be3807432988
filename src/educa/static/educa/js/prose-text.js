import { announce, prepare } from "./contents/announcing.js";
import { copy } from "./contents/copying.js";

const SMALLEST = 160; // pixels; smaller pictures are signs, which nobody opens
const MEDIA = "/media/";

/**
 * What somebody has written: code can be copied, headings linked to, and pictures opened large.
 *
 * Blocks keep their order and their number. Takes its words from `data-copy`, `data-copied`,
 * `data-failed`, `data-link`, `data-open`, and those of the picture viewer.
 */
class ProseText extends HTMLElement {
  #isDone = false;

  connectedCallback() {
    if (this.#isDone) return;
    this.#isDone = true;
    prepare();
    for (const code of this.querySelectorAll("pre")) this.#addCopyButton(code);
    for (const heading of this.querySelectorAll(":is(h2, h3, h4)[id]")) this.#addLink(heading);
    for (const picture of this.querySelectorAll("img")) this.#addPictureLink(picture);
    for (const box of this.querySelectorAll(".formula-scroll")) this.#letKeysScroll(box);
    this.addEventListener("click", this.#press);
  }

  #addCopyButton(code) {
    const box = document.createElement("div");
    box.className = "code-block";
    const button = document.createElement("copy-button");
    Object.assign(button.dataset, {
      copy: this.dataset.copy,
      copied: this.dataset.copied,
      failed: this.dataset.failed,
    });
    code.replaceWith(box);
    box.append(code, button);
  }

  #addLink(heading) {
    const link = document.createElement("a");
    link.className = "heading-link";
    link.href = `#${heading.id}`;
    link.textContent = "#";
    link.setAttribute("aria-label", this.dataset.link);
    heading.append(" ", link);
  }

  #addPictureLink(picture) {
    const address = new URL(picture.src, location.href);
    const isOurs = address.origin === location.origin && address.pathname.startsWith(MEDIA);
    const isSign = picture.width > 0 && picture.width < SMALLEST;
    if (!isOurs || isSign || picture.closest("a, summary, label")) return;
    const link = document.createElement("a");
    link.className = "picture-link";
    link.href = picture.src;
    link.title = this.dataset.open;
    picture.replaceWith(link);
    link.append(picture);
  }

  /** A formula that is too wide takes the focus, so that arrow keys move it. */
  #letKeysScroll(box) {
    new ResizeObserver(() => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }).observe(box);
  }

  #press = (event) => {
    const link = event.target.closest(".heading-link, .picture-link");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.className === "heading-link") return this.#copyAddress(link);
    event.preventDefault();
    this.#openLarge(link);
  };

  async #openLarge(link) {
    const { PictureDialog } = await import("./contents/picture-dialog.js");
    new PictureDialog(link, this.dataset).open();
  }

  /** The press leads to the heading as well, so that the window's address is the same. */
  async #copyAddress(link) {
    const worked = await copy(link.href);
    announce(worked ? this.dataset.copied : this.dataset.failed);
    link.classList.toggle("is-copied", worked);
  }
}

customElements.define("prose-text", ProseText);
