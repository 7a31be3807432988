import { getJSON } from "../requests.js";
import { make } from "./dom.js";

const PAUSE = 120; // milliseconds without a key after which people are looked for
const BEGUN = /(?:^|[\s([{])@([\p{L}\p{N}_.-]{0,30})$/u;

/** Offers people while somebody types `@`: a list box that belongs to the field, for keys and pointers. */
export class Mentions {
  #field;
  #box;
  #timer;
  #chosen = 0;
  #asked = 0;

  constructor(field, { url, label }) {
    this.#field = field;
    this.url = url;
    this.#box = make("ul", {
      class: "chat-names",
      role: "listbox",
      id: "chat-names",
      "aria-label": label,
    });
    this.#box.hidden = true;
    field.after(this.#box);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", "chat-names");
    field.addEventListener("input", () => this.#typed());
    field.addEventListener("blur", () => this.close());
  }

  get isOpen() {
    return !this.#box.hidden;
  }

  /** Whether the key was for the list. */
  press(event) {
    if (!this.isOpen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#choose(this.#chosen + step);
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#chosen);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    return true;
  }

  close() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#box.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
  }

  #typed() {
    const before = this.#field.value.slice(0, this.#field.selectionStart);
    const begun = before.match(BEGUN)?.[1];
    clearTimeout(this.#timer);
    if (begun === undefined) {
      this.close();
      return;
    }
    this.#timer = setTimeout(() => this.#look(begun), PAUSE);
  }

  async #look(begun) {
    this.#asked += 1;
    const turn = this.#asked;
    let people;
    try {
      ({ people } = await getJSON(`${this.url}?q=${encodeURIComponent(begun)}`));
    } catch {
      return; // a name can be typed without help
    }
    if (turn !== this.#asked || document.activeElement !== this.#field) return;
    this.#offer(people);
  }

  #offer(people) {
    this.people = people;
    const rows = people.map(({ user, name }, index) =>
      make(
        "li",
        {
          role: "option",
          id: `chat-name-${index}`,
          pointerdown: (event) => this.#pointed(event, index),
        },
        make("bdi", {}, name || user),
        make("span", { class: "quiet", dir: "ltr" }, `@${user}`),
      ),
    );
    this.#box.replaceChildren(...rows);
    this.#box.hidden = rows.length === 0;
    if (rows.length) this.#choose(0);
    else this.close();
  }

  #pointed(event, index) {
    event.preventDefault();
    this.#take(index);
  }

  #choose(index) {
    const rows = [...this.#box.children];
    this.#chosen = (index + rows.length) % rows.length;
    for (const [place, row] of rows.entries()) {
      row.setAttribute("aria-selected", String(place === this.#chosen));
    }
    this.#field.setAttribute("aria-activedescendant", `chat-name-${this.#chosen}`);
    rows[this.#chosen].scrollIntoView({ block: "nearest" });
  }

  #take(index) {
    const { user } = this.people[index];
    const { value, selectionStart: at } = this.#field;
    const before = value.slice(0, at).replace(/@[\p{L}\p{N}_.-]*$/u, `@${user} `);
    this.#field.value = before + value.slice(at);
    this.#field.setSelectionRange(before.length, before.length);
    this.close();
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
