import { token } from "./requests.js";
import { commands, nextItem } from "./writing/commands.js";
import { converting } from "./writing/conversion.js";
import { askForLanguage } from "./writing/dialogs.js";
import { Drafts } from "./writing/drafts.js";
import { Kept } from "./writing/kept.js";
import { Notices } from "./writing/notices.js";
import { pasting } from "./writing/paste.js";
import { Preview } from "./writing/preview.js";
import { change } from "./writing/surface.js";
import { toolbar } from "./writing/toolbar.js";
import { Uploads } from "./writing/uploads.js";

const ALARMS = new Set([
  "offline",
  "signedOut",
  "forbidden",
  "gone",
  "unreachable",
  "tooLong",
  "unkept",
  "elsewhere",
]);
const COUNTED = 500; // milliseconds
const WIDE = 880; // pixels, from which text and preview fit beside each other

/**
 * Makes an editor for Markdown of the text area inside: tools, a preview, pictures, and drafts.
 *
 * The words are those of the text area; the form around it sends them. Its attributes say where previews
 * are made, files go and drafts are kept, who is writing, and what is said in which case.
 */
class MarkdownEditor extends HTMLElement {
  #area;
  #form;
  #format;
  #title;
  #seen;
  #drafts;
  #kept;
  #notices;
  #state;
  #uploads = null;
  #isSettled = false;
  #counting = 0;

  connectedCallback() {
    if (this.#area) return;
    this.#area = this.querySelector(".writing-panes textarea");
    this.#form = this.#area.form;
    const { format, title, seen } = this.dataset.draft ? this.#form.elements : {};
    [this.#format, this.#title, this.#seen] = [format, title, seen];
    this.#state = this.querySelector(".writing-state");
    // Beside the buttons it is seen wherever one writes.
    this.#form.querySelector(".form-actions")?.append(this.#state);
    this.#notices = new Notices(this.#form.querySelector(".writing-notices"));
    this.#view();
    this.#write();
    this.#keep();
    this.#offer();
    this.#send();
  }

  get #isMarkdown() {
    return this.#format?.value !== "html";
  }

  /** The tools, what is pasted, and the preview. */
  #write() {
    const area = this.#area;
    if (this.dataset.upload) this.#uploads = this.#uploading();
    const [bar, more] = [".writing-tools", ".writing-more"].map((each) => this.querySelector(each));
    toolbar(bar, more, area, (name) => this.#use(name));
    pasting(area, {
      uploads: this.#uploads,
      isMarkdown: () => this.#isMarkdown,
      note: (number) => this.#note(number),
    });
    area.addEventListener("keydown", (event) => this.#enter(event));
    area.addEventListener("input", () => this.#typed());
    // The buttons below stay in sight, and must not lie over the line that is written.
    area.addEventListener("focus", () => {
      area.addEventListener("input", () => this.scrollIntoView({ block: "nearest" }), {
        once: true,
      });
    });
    this.#title?.addEventListener("input", () => this.#drafts.change());
    const box = this.querySelector(".writing-preview");
    const preview = new Preview(area, box, this.dataset.preview, () => ({
      content: area.value,
      format: this.#format?.value ?? "markdown",
    }));
    this.#convert(preview);
    this.#count();
  }

  #uploading() {
    const list = this.querySelector(".writing-uploads");
    const say = (name, values) => this.#say(name, values);
    return new Uploads(this.#area, this.dataset.upload, list, (name) => this.#piece(name), say);
  }

  #convert(preview) {
    const notice = this.#form.querySelector("[data-notice=html]");
    this.classList.toggle("is-html", !this.#isMarkdown);
    if (!notice || !this.#format) return;
    converting(notice, this.#area, this.#format, {
      note: (number) => this.#note(number),
      changed: () => {
        this.classList.toggle("is-html", !this.#isMarkdown);
        preview.update(0);
        this.#drafts.change();
      },
    });
  }

  #typed() {
    this.#drafts.change();
    clearTimeout(this.#counting);
    this.#counting = setTimeout(() => this.#count(), COUNTED);
  }

  #enter(event) {
    if (event.key !== "Enter" || event.isComposing || !this.#isMarkdown) return;
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    const edit = nextItem(this.#place);
    if (!edit) return;
    event.preventDefault();
    change(this.#area, edit);
  }

  get #place() {
    const { value: text, selectionStart: start, selectionEnd: end } = this.#area;
    return { text, start, end };
  }

  async #use(name) {
    if (name === "picture" || name === "file") return this.#choose(name === "picture");
    const place = this.#place;
    if (name !== "block") return change(this.#area, commands[name](place, this.dataset));
    this.languages ??= this.#piece("language");
    const language = await askForLanguage(this.languages);
    if (language !== null) change(this.#area, commands.block(place, this.dataset, language));
  }

  #choose(isPicture) {
    const input = document.createElement("input");
    [input.type, input.multiple] = ["file", true];
    if (isPicture) input.accept = "image/png,image/jpeg,image/gif,image/webp";
    input.addEventListener("change", () => this.#uploads.add([...input.files]));
    input.click();
  }

  /** What was typed is kept, and what became of it is said. */
  #keep() {
    this.#kept = new Kept(this.dataset.user, location.pathname, this.#area.name);
    this.#drafts = new Drafts({
      url: this.dataset.draft,
      alive: this.dataset.preview,
      kept: this.#kept,
      stamp: this.#form.elements.draft ?? document.createElement("input"),
      values: () => this.#values(),
      tell: (state, answer) => this.#tell(state, answer),
    });
    if (this.#notices.isUndecided) this.#drafts.pause("undecided");
    this.#notices.onDiscard(this.dataset.draft, () => this.#drafts.resume(""));
    this.#notices.onTake(() => this.#drafts.resume(null));
  }

  #values() {
    const content = this.#uploads?.without(this.#area.value) ?? this.#area.value;
    if (!this.dataset.draft) return { content };
    const [title, format, seen] = [this.#title, this.#format, this.#seen].map(
      (each) => each?.value,
    );
    return { content, title: title ?? "", format: format ?? "", seen: seen ?? "" };
  }

  #tell(state, answer) {
    this.dataset.state = state;
    const time = timeOf(answer.saved_at ? new Date(answer.saved_at) : new Date());
    const words = this.#say(state === "busy" ? "unreachable" : state, { time, most: 2 ** 20 });
    this.#show(words, ALARMS.has(state));
    this.#alert(ALARMS.has(state) ? words : "");
    if (state === "elsewhere") this.#notices.show("elsewhere");
    if (answer.changed) this.#notices.changed(answer.difference);
  }

  #show(words, isAlarm) {
    this.#state.textContent = words;
    this.#state.dataset.state = isAlarm ? "alarm" : "calm";
  }

  /** For those who hear the page: only what they have to know. */
  #alert(words) {
    const alerts = this.querySelector("[data-part=alerts]");
    if (alerts.textContent !== words) alerts.textContent = words;
  }

  /** What this browser has kept since the server heard the last word. */
  #offer() {
    const now = this.#values();
    const isSame = ({ values }) =>
      ["content", "title", "format"].every((name) => (values[name] ?? "") === (now[name] ?? ""));
    const left = this.#kept.all();
    for (const each of left.filter(isSame)) this.#kept.forget(each.key);
    const newest = left.find((each) => !isSame(each));
    const { at, stamp } = this.#notices.offered;
    if (!newest || newest.at < at) return;
    const notice = this.#piece("offer");
    const time = notice.querySelector("time");
    [time.dateTime, time.textContent] = [new Date(newest.at).toISOString(), whenOf(newest.at)];
    const close = () => {
      notice.remove();
      this.#kept.forget(newest.key);
    };
    notice.querySelector("[data-part=continue]").addEventListener("click", () => {
      close();
      this.#put(newest.values);
      if (stamp !== null) this.#drafts.resume(stamp);
    });
    notice.querySelector("[data-part=discard]").addEventListener("click", () => {
      close();
      this.#notices.show("draft");
    });
    // One question at a time: the older draft is the next.
    this.#notices.hide("draft");
    this.#notices.add(notice, this);
  }

  #put({ content, title, format, seen }) {
    if (this.#title) this.#title.value = title;
    if (this.#format && format) this.#format.value = format;
    if (this.#seen && seen) this.#seen.value = seen;
    this.classList.toggle("is-html", !this.#isMarkdown);
    const edit = { start: 0, end: this.#area.value.length, text: content };
    change(this.#area, { edits: [edit], select: [content.length, content.length] });
    this.#drafts.change();
  }

  /** Before the form goes away, what is in it must be safe. */
  #send() {
    this.#form.addEventListener("submit", async (event) => {
      const isElsewhere = event.submitter?.hasAttribute("formaction");
      if (event.defaultPrevented || this.#isSettled || isElsewhere) return;
      event.preventDefault();
      if (this.#uploads?.isBusy) return this.#warn("uploadWaits");
      if (await this.#drafts.settle()) return this.#warn(this.dataset.state);
      this.#isSettled = true;
      // Signing in again has changed it.
      this.#form.elements.csrfmiddlewaretoken.value = token();
      // A form that is still telling of one submission takes no other.
      setTimeout(() => this.#form.requestSubmit(event.submitter));
    });
    window.addEventListener("pageshow", () => {
      this.#isSettled = false;
    });
  }

  #warn(name) {
    const words = `${this.#say("unsent")} ${this.#say(name)}`;
    this.#show(words, true);
    this.#alert(words);
    this.#state.scrollIntoView({ block: "nearest" });
  }

  #note(number) {
    const note = this.#piece("note");
    const words = this.#say(number === 1 ? "foreignOne" : "foreignMany", { number });
    note.querySelector("[data-part=words]").textContent = words;
    note.querySelector("[data-part=close]").addEventListener("click", () => note.remove());
    this.querySelector(".writing-uploads").after(note);
    this.#alert(words);
  }

  #count() {
    const number = this.#area.value.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
    const shown = new Intl.NumberFormat(document.documentElement.lang).format(number);
    const words = this.#say(number === 1 ? "wordsOne" : "wordsMany", { number: shown });
    this.querySelector("[data-part=count]").textContent = words;
  }

  /** Text and preview beside each other, or one of them. */
  #view() {
    const buttons = [...this.querySelectorAll("[data-view]")];
    const show = (view) => {
      this.dataset.shows = view;
      for (const each of buttons)
        each.setAttribute("aria-pressed", String(each.dataset.view === view));
    };
    for (const each of buttons) each.addEventListener("click", () => show(each.dataset.view));
    let wasWide = null;
    new ResizeObserver(() => {
      const isWide = this.clientWidth >= WIDE;
      if (isWide !== wasWide) show(isWide ? "both" : "write");
      wasWide = isWide;
    }).observe(this);
  }

  #piece(name) {
    const template = this.querySelector(`template[data-piece=${name}]`);
    return template.content.firstElementChild.cloneNode(true);
  }

  #say(name, values = {}) {
    return (this.dataset[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  }
}

function timeOf(date) {
  const form = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" });
  return form.format(date);
}

function whenOf(milliseconds) {
  const style = { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang, style).format(milliseconds);
}

customElements.define("markdown-editor", MarkdownEditor);
