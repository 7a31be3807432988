import { fill } from "../player/words.js";

const BUSY = "a, button, summary, input, select, textarea, label, video, audio";

/** Beside the paragraphs of a text: how many questions each has, and a button to ask about one. */
export class Margin {
  #host;
  #prose;
  #rail = document.createElement("div");
  #button = document.createElement("button");
  #at = -1;

  /** `host` is the element with the words; `ask(paragraph)` opens the questions there. */
  constructor(host, prose, { ask, signal }) {
    this.#host = host;
    this.#prose = prose;
    this.ask = ask;
    this.#rail.className = "questions-rail";
    this.#button.type = "button";
    this.#button.className = "ask-here";
    this.#button.hidden = true;
    const words = document.createElement("span");
    words.textContent = host.dataset.ask;
    this.#button.append(host.querySelector("svg").cloneNode(true), words);
    this.#button.addEventListener("click", () => this.ask(this.#at));
    prose.closest("article").append(this.#rail);
    this.draw();
    this.#listen(signal);
  }

  /** Shows the numbers of `data-marks`: `3:2 5:1`. */
  draw() {
    const marks = (this.#host.dataset.marks ?? "").split(" ").filter(Boolean);
    this.#rail.replaceChildren(
      ...marks.map((mark) => this.#mark(...mark.split(":"))),
      this.#button,
    );
    this.#place();
  }

  /** Brings a paragraph into view. */
  show(paragraph) {
    const block = this.#prose.children[paragraph];
    if (!block) return;
    block.scrollIntoView({ block: "center" });
    block.classList.add("is-asked");
  }

  #mark(paragraph, number) {
    const mark = document.createElement("button");
    mark.type = "button";
    mark.className = "asked-here";
    mark.textContent = number;
    mark.dataset.paragraph = paragraph;
    const words = { number, paragraph: Number(paragraph) + 1 };
    mark.setAttribute("aria-label", fill(this.#host.dataset.asked, words));
    mark.addEventListener("click", () => this.ask(Number(paragraph)));
    return mark;
  }

  #listen(signal) {
    const article = this.#prose.closest("article");
    const offer = ({ target }) => this.offer(target);
    this.#prose.addEventListener("pointerover", (e) => e.pointerType === "mouse" && offer(e), {
      signal,
    });
    this.#prose.addEventListener("click", (e) => !e.target.closest(BUSY) && offer(e), { signal });
    this.#prose.addEventListener("focusin", offer, { signal });
    article.addEventListener("pointerleave", () => this.offer(null), { signal });
    document.addEventListener("selectionchange", () => this.#selected(), { signal });
    const watch = new ResizeObserver(() => this.#place());
    watch.observe(this.#prose);
    signal.addEventListener("abort", () => {
      watch.disconnect();
      this.#rail.remove();
    });
  }

  #selected() {
    const selection = getSelection();
    if (selection.isCollapsed) return;
    const { startContainer } = selection.getRangeAt(0);
    if (this.#prose.contains(startContainer)) this.offer(startContainer);
  }

  /** The button comes to the paragraph that `node` is in; one with a number needs none. */
  offer(node) {
    const at = [...this.#prose.children].findIndex((block) => block.contains(node));
    const isMarked = this.#rail.querySelector(`.asked-here[data-paragraph="${at}"]`);
    this.#at = at;
    this.#button.hidden = at < 0 || Boolean(isMarked);
    this.#button.dataset.paragraph = at;
    this.#place();
  }

  #place() {
    const { top } = this.#rail.parentElement.getBoundingClientRect();
    for (const button of this.#rail.children) {
      const block = this.#prose.children[button.dataset.paragraph];
      if (!block) {
        button.hidden = true;
        continue;
      }
      const box = block.getBoundingClientRect();
      button.style.setProperty("--from", `${box.top - top}px`);
      button.style.setProperty("--to", `${box.bottom - top}px`);
    }
  }
}
