import { piece, say } from "./uploading/words.js";

const LEFT = 500; // milliseconds without a word after which what was dragged is elsewhere

/** Whether files are dragged, and not something of the page itself. */
function carriesFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/**
 * The button with which files get into a module, and the place to drop them on: the element around it
 * that has `data-drop-area`, or itself. The `upload-list` of the page does the rest.
 */
class FileDrop extends HTMLElement {
  #area;
  #clock;

  connectedCallback() {
    if (!this.firstElementChild) {
      this.append(piece("drop"));
      const button = this.querySelector("button");
      button.addEventListener("click", () => this.#list.choose(this.dataset.module));
    }
    this.#area = this.closest("[data-drop-area]") ?? this;
    this.#area.addEventListener("dragover", this.#over);
    this.#area.addEventListener("drop", this.#dropped);
  }

  disconnectedCallback() {
    this.#area.removeEventListener("dragover", this.#over);
    this.#area.removeEventListener("drop", this.#dropped);
  }

  get #list() {
    return document.querySelector("upload-list");
  }

  #over = (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.#mark(true);
    clearTimeout(this.#clock);
    this.#clock = setTimeout(() => this.#mark(false), LEFT);
  };

  #dropped = (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    this.#mark(false);
    const items = [...event.dataTransfer.items];
    const folders = items.filter((item) => item.webkitGetAsEntry?.()?.isDirectory);
    const files = items.filter((item) => item.kind === "file" && !folders.includes(item));
    if (files.length)
      this.#list.take(
        files.map((item) => item.getAsFile()),
        this.dataset.module,
      );
    if (folders.length) this.#list.say(say("folders"));
  };

  #mark(isOver) {
    this.#area.classList.toggle("is-dropped-on", isOver);
  }
}

customElements.define("file-drop", FileDrop);
