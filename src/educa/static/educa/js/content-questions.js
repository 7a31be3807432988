/**
 * The questions at a content of the player: <content-questions> around the links to their page, which work
 * without it.
 *
 * Opens them over the lesson, offers to ask at a paragraph, marks the paragraphs at which was asked, and
 * brings to the place that `#paragraph-3` (counted from 0) or `#second-83` of the address names.
 */
import { Margin } from "./questions/margin.js";

const LINE = 0.25; // of the window's height: what is there is being read
const PLACE = /^#(paragraph|second)-(\d+)$/;

class ContentQuestions extends HTMLElement {
  #dialog;
  #left = new AbortController();

  connectedCallback() {
    this.#left = new AbortController();
    const { signal } = this.#left;
    this.lesson = this.closest(".lesson");
    this.addEventListener("click", (event) => this.#clicked(event), { signal });
    addEventListener("hashchange", () => this.arrive(), { signal });
    const prose = this.lesson.querySelector(".prose");
    if (prose) {
      const ask = (paragraph) => this.open({ paragraph });
      this.margin = new Margin(this, prose, { ask, signal });
    }
    this.arrive();
  }

  disconnectedCallback() {
    this.#left.abort();
  }

  get url() {
    return this.querySelector("a[data-questions]").getAttribute("href");
  }

  get media() {
    return this.lesson.querySelector("media-player :is(video, audio)");
  }

  /** Opens the questions at a place: `{paragraph}`, `{second}`, or of the whole content. */
  async open(place = {}) {
    const query = new URLSearchParams(place).toString();
    const url = query ? `${this.url}?${query}` : this.url;
    const { QuestionsDialog } = await import("./questions/dialog.js");
    this.#dialog ??= new QuestionsDialog(this);
    this.#dialog.show(url);
  }

  /** Offers to ask at the paragraph that `node` is in, if it is in one. */
  offer(node) {
    this.margin?.offer(node);
  }

  /** Opens them at what one reads or watches now. */
  askInView() {
    const blocks = [...(this.lesson.querySelector(".prose")?.children ?? [])];
    const line = innerHeight * LINE;
    const paragraph = blocks.findIndex((block) => block.getBoundingClientRect().bottom > line);
    this.open(paragraph < 0 ? this.#now() : { paragraph });
  }

  /** Goes to the place that the address names. */
  arrive(hash = location.hash) {
    const [, kind, text] = hash.match(PLACE) ?? [];
    if (kind === "paragraph") this.margin?.show(Number(text));
    if (kind === "second" && this.media) this.#seek(this.media, Number(text));
  }

  #seek(media, second) {
    const seek = () => {
      media.currentTime = second;
    };
    // After the player of films has gone to where one stopped.
    if (media.readyState) seek();
    else media.addEventListener("loadedmetadata", () => setTimeout(seek), { once: true });
    media.scrollIntoView({ block: "center" });
  }

  #now() {
    const second = Math.floor(this.media?.currentTime ?? 0);
    return second ? { second } : {};
  }

  #clicked(event) {
    const link = event.target.closest("a[data-questions]");
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);
    if (!link || !isPlain || link.closest("dialog")) return;
    event.preventDefault();
    this.open(link.dataset.questions === "here" ? this.#now() : {});
  }
}

customElements.define("content-questions", ContentQuestions);
