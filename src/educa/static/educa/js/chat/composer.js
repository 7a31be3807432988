import { fill } from "../player/words.js";
import { icon, make } from "./dom.js";
import { Mentions } from "./mentions.js";

const TYPING = 3_000; // milliseconds between two words that somebody is typing
const WARNED = 200; // characters left from which on they are counted
const TOUCH = matchMedia("(hover: none) and (pointer: coarse)");

/**
 * The form in which one writes: a new message, a reply, a question at a place of the course, or one's own
 * message anew. What is typed stays in this window until it was sent.
 *
 * `acts` has `send(draft)`, `edit(message, text)` (which gives whether it was done), `editLast()`, `typing()`
 * and `placeWords(anchor)`.
 */
export class Composer {
  #reply;
  #edited;
  #anchor;
  #file;
  #before = ""; // what was typed when one began to edit
  #typed = 0;
  #isBusy = false;

  constructor(form, { words, key, most, mostBytes, people, acts, nameOf }) {
    Object.assign(this, { form, words, key, most, mostBytes, acts, nameOf });
    this.field = form.elements.message;
    this.chips = form.querySelector(".chat-chips");
    this.error = form.querySelector(".chat-error");
    this.#takeOver();
    this.mentions = new Mentions(this.field, { url: people, label: words.people });
    form.addEventListener("submit", (event) => this.#submitted(event));
    form.addEventListener("keydown", (event) => this.#pressed(event));
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("paste", (event) => this.#pasted(event));
    form.elements.picture.addEventListener("change", ({ target }) => {
      this.attach(target.files[0]);
      target.value = "";
    });
    if (TOUCH.matches) this.field.setAttribute("enterkeyhint", "enter");
  }

  /** What the page brought, or this window has kept. */
  #takeOver() {
    const refused = this.field.defaultValue;
    this.error.hidden = !refused;
    this.chips.replaceChildren();
    if (!this.field.value) this.field.value = recalled(this.key);
  }

  get text() {
    return this.field.value;
  }

  /** Whether it is written in with a thumb: then the keyboard comes only when it is asked for. */
  get isTouched() {
    return TOUCH.matches;
  }

  /** Nothing can be sent any more; what was typed can still be copied. */
  close() {
    this.field.readOnly = true;
    this.form.querySelector(".chat-send").disabled = true;
  }

  get isEmpty() {
    return !this.text.trim() && !this.#file;
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  reply(message) {
    this.#leaveEditing();
    this.#reply = message;
    this.#anchor = undefined;
    this.#showChips();
    this.focus();
  }

  /** Asks at a place of the course: `{content, title, paragraph, second}`. */
  ask(anchor) {
    this.#leaveEditing();
    this.#reply = undefined;
    this.#anchor = anchor;
    this.#showChips();
    this.focus();
  }

  edit(message) {
    if (!this.#edited) this.#before = this.text;
    this.#edited = message;
    this.field.value = message.message;
    this.#showChips();
    this.focus();
    this.field.setSelectionRange(this.text.length, this.text.length);
  }

  /** Gives back to the field what was not sent. */
  restore(text) {
    this.field.value = [this.text, text].filter(Boolean).join("\n");
    this.#changed();
    this.focus();
  }

  async attach(file) {
    if (!file) return;
    this.refuse("");
    if (!file.type.startsWith("image/")) {
      this.refuse(this.words.noPicture);
      return;
    }
    if (file.size > this.mostBytes) {
      this.refuse(fill(this.words.pictureTooBig, { most: Math.round(this.mostBytes / 2 ** 20) }));
      return;
    }
    this.#file = { file, preview: await previewOf(file) };
    this.#showChips();
    this.focus();
  }

  /** Says why something was not done. */
  refuse(words) {
    this.error.hidden = !words;
    this.error.querySelector("span").textContent = words;
    this.field.toggleAttribute("aria-invalid", false);
    if (words) {
      this.field.setAttribute("aria-invalid", "true");
      this.field.setAttribute("aria-describedby", "chat-error");
    }
  }

  #submitted(event) {
    event.preventDefault();
    this.mentions.close();
    if (this.#isBusy || this.isEmpty || this.field.readOnly) {
      this.focus();
      return;
    }
    if (this.text.trim().length > this.most) {
      this.refuse(fill(this.words.tooLong, { most: this.most, length: this.text.trim().length }));
      return;
    }
    this.refuse("");
    if (this.#edited) this.#sendEdited();
    else this.#sendNew();
    this.focus();
  }

  #sendNew() {
    const { reply, anchor } = { reply: this.#reply, anchor: this.#anchor };
    const draft = { message: this.text.trim(), ...this.#file };
    if (reply) {
      const { sequence, user, name, message } = reply;
      draft.reply_to = sequence;
      draft.quote = { sequence, user, name, message, deleted: false };
    }
    if (anchor) Object.assign(draft, anchor);
    this.field.value = "";
    this.#reply = this.#anchor = this.#file = undefined;
    this.#showChips();
    this.#changed();
    this.acts.send(draft);
  }

  async #sendEdited() {
    this.#isBusy = true;
    const isDone = await this.acts.edit(this.#edited, this.text.trim());
    this.#isBusy = false;
    if (isDone) this.#leaveEditing();
  }

  #leaveEditing() {
    if (!this.#edited) return;
    this.#edited = undefined;
    this.field.value = this.#before;
    this.#before = "";
    this.refuse("");
    this.#showChips();
    this.#changed();
  }

  #pressed(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.target === this.field && this.mentions.press(event)) {
      event.stopPropagation();
      return;
    }
    if (event.key === "Escape" && this.#cancel()) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (event.target !== this.field) return;
    if (event.key === "Enter" && !event.shiftKey && !TOUCH.matches) {
      event.preventDefault();
      this.form.requestSubmit();
    }
    if (event.key === "ArrowUp" && !this.text && !this.#edited && this.acts.editLast()) {
      event.preventDefault();
    }
  }

  /** Whether there was something to cancel. */
  #cancel() {
    if (this.#edited) this.#leaveEditing();
    else if (this.#file) this.#file = undefined;
    else if (this.#reply || this.#anchor) this.#reply = this.#anchor = undefined;
    else return false;
    this.#showChips();
    return true;
  }

  #changed() {
    if (!this.#edited) keep(this.key, this.text);
    const left = this.most - this.text.length;
    const counter = left < WARNED ? fill(this.words.left, { count: left }) : "";
    this.form.dataset.left = counter;
    this.refuse("");
    if (!this.text || this.#edited || Date.now() - this.#typed < TYPING) return;
    this.#typed = Date.now();
    this.acts.typing();
  }

  #pasted(event) {
    const file = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    this.attach(file);
  }

  #showChips() {
    const chips = [];
    if (this.#edited) chips.push(this.#chip("pencil", this.words.editing));
    else if (this.#reply) {
      const words = fill(this.words.replyTo, { name: this.nameOf(this.#reply) });
      const text = this.#reply.message.slice(0, 120) || "…";
      chips.push(this.#chip("reply", `${words}:`, make("q", { dir: "auto" }, text)));
    } else if (this.#anchor) {
      const place = this.acts.placeWords(this.#anchor);
      chips.push(this.#chip("text-quote", fill(this.words.about, { place })));
    }
    if (this.#file && !this.#edited) {
      const image = make("img", { src: this.#file.preview, alt: this.words.ownPicture });
      chips.unshift(this.#chip("image", image));
    }
    this.chips.replaceChildren(...chips);
    this.form.classList.toggle("is-editing", Boolean(this.#edited));
  }

  #chip(name, ...content) {
    const away = { type: "button", class: "chat-chip-away", "aria-label": this.words.cancel };
    const button = make("button", { ...away, click: () => this.#away(name) }, icon("x"));
    return make(
      "p",
      { class: "chat-chip" },
      icon(name),
      make("span", {}, ...withSpaces(content)),
      button,
    );
  }

  #away(name) {
    if (name === "image") this.#file = undefined;
    else if (name === "pencil") this.#leaveEditing();
    else this.#reply = this.#anchor = undefined;
    this.#showChips();
    this.focus();
  }
}

function withSpaces(parts) {
  return parts.flatMap((part, index) => (index ? [" ", part] : [part]));
}

/** As a data address: the site's policy lets no page show others that scripts make. */
function previewOf(file) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("loadend", () => resolve(reader.result ?? ""));
    reader.readAsDataURL(file);
  });
}

function recalled(key) {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function keep(key, text) {
  try {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  } catch {
    // What is typed stays in the field.
  }
}
