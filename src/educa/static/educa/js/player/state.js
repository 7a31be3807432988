const BRIEF = 3000; // milliseconds

/** One line that says what became of something; it stays while it matters. */
export class State {
  #line;
  #timer;

  constructor(line) {
    this.#line = line;
  }

  /** Says it for a moment. */
  say(words) {
    this.#show(words);
    this.#timer = setTimeout(() => this.clear(), BRIEF);
  }

  /** Says it until something else is said; `again` is `{words, act}` for a button that tries once more. */
  hold(words, again) {
    this.#show(words);
    if (!again) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = again.words;
    button.addEventListener("click", again.act, { once: true });
    this.#line.append(button);
  }

  clear() {
    clearTimeout(this.#timer);
    this.#line.replaceChildren();
  }

  #show(words) {
    this.clear();
    const line = document.createElement("span");
    line.textContent = words;
    this.#line.append(line);
  }
}
