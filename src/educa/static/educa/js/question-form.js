/**
 * Offers what was asked before to somebody who types a question: <question-form> around its form, which works
 * without it.
 */
import { getJSON } from "./requests.js";

const REST = 500; // milliseconds without a key after which it is looked for
const LONGEST = 200; // characters that are looked at

class QuestionForm extends HTMLElement {
  #timer;
  #turn = 0; // counts, so that an answer that comes too late is not shown

  connectedCallback() {
    this.addEventListener("input", () => this.#later());
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), REST);
  }

  async #look() {
    const turn = ++this.#turn;
    const text = this.querySelector("textarea").value.trim().slice(0, LONGEST);
    let questions = [];
    if (text) {
      const url = `${this.dataset.offers}&q=${encodeURIComponent(text)}`;
      ({ questions = [] } = await getJSON(url).catch(() => ({})));
    }
    if (turn === this.#turn) this.#show(questions);
  }

  #show(questions) {
    const box = this.querySelector(".ask-offers");
    box.hidden = !questions.length;
    box.querySelector("ul").replaceChildren(...questions.map((question) => this.#row(question)));
  }

  #row({ message, answer, thread }) {
    const row = document.createElement("li");
    const found = thread.find(({ sequence }) => sequence === answer);
    const state = element("span", found ? this.dataset.answered : this.dataset.waiting, "pill");
    if (!found) {
      row.append(element("p", message), state);
      return row;
    }
    state.classList.add("success");
    const box = document.createElement("details");
    const head = document.createElement("summary");
    head.append(element("span", message), state);
    box.append(head, element("div", found.message, "said"));
    row.append(box);
    return row;
  }
}

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  made.dir = "auto";
  return made;
}

customElements.define("question-form", QuestionForm);
