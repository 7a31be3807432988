/** A picture over the whole window: as large as fits, or in its own size to move about in. */
export class PictureDialog {
  #link;
  #words;
  #dialog = document.createElement("dialog");
  #stage = document.createElement("div");
  #picture = new Image();
  #zoom;

  /** Shows what `link` leads to; its picture says the name, `words` those of the buttons. */
  constructor(link, words) {
    [this.#link, this.#words] = [link, words];
    const shown = link.querySelector("img");
    this.#dialog.className = "picture-dialog";
    this.#dialog.setAttribute("aria-label", shown.alt || words.picture);
    this.#stage.className = "picture-stage";
    this.#picture.alt = shown.alt;
    this.#picture.src = link.href;
    this.#picture.addEventListener("load", () => this.#judge());
    this.#picture.addEventListener("click", () => this.#zoom.hidden || this.#toggle());
    this.#stage.append(this.#picture);
    this.#dialog.append(this.#buttons(), this.#stage);
  }

  open() {
    document.body.append(this.#dialog);
    this.#dialog.addEventListener("close", () => this.#leave());
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#stage) this.#dialog.close();
    });
    // The page behind has keys of its own.
    this.#dialog.addEventListener("keydown", (event) => event.stopPropagation());
    window.addEventListener("resize", this.#judge);
    this.#dialog.showModal();
    this.#judge();
  }

  #buttons() {
    const bar = document.createElement("div");
    bar.className = "picture-bar";
    this.#zoom = this.#button(this.#words.actual, () => this.#toggle());
    this.#zoom.hidden = true;
    bar.append(
      this.#zoom,
      this.#button(this.#words.close, () => this.#dialog.close()),
    );
    return bar;
  }

  #button(words, press) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = words;
    button.addEventListener("click", press);
    return button;
  }

  /** Whether there is more to see than fits. */
  #judge = () => {
    if (this.#dialog.classList.contains("is-actual")) return;
    const { naturalWidth, naturalHeight } = this.#picture;
    const { clientWidth, clientHeight } = this.#stage;
    this.#zoom.hidden = naturalWidth <= clientWidth && naturalHeight <= clientHeight;
    this.#dialog.classList.toggle("is-larger", !this.#zoom.hidden);
  };

  #toggle() {
    const isActual = this.#dialog.classList.toggle("is-actual");
    this.#zoom.textContent = isActual ? this.#words.fit : this.#words.actual;
    // Arrow keys move about in what has the focus.
    if (isActual) {
      this.#stage.tabIndex = 0;
      this.#stage.focus();
      const { scrollWidth, clientWidth } = this.#stage;
      this.#stage.scrollTo((scrollWidth - clientWidth) / 2, 0);
    } else {
      this.#stage.removeAttribute("tabindex");
      this.#zoom.focus();
    }
  }

  #leave() {
    window.removeEventListener("resize", this.#judge);
    this.#dialog.remove();
    this.#link.focus();
  }
}
