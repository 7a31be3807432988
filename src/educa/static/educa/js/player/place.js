const CALM = 400; // milliseconds without scrolling until the place counts
const DWELL = 3000; // milliseconds that the end is in sight until the content counts as read
const NEAR = 8; // pixels: one has not moved since one was brought here
const LINE = 0.25; // of the window's height: what is there is being read

/** Follows how far one reads in a lesson, and brings back to where one stopped. */
export class Place {
  #lesson;
  #tell;
  #timer;
  #watch;
  #paragraph = 0;
  #resumedAt;
  #isRead = false;
  #stop = new AbortController();

  /** `tell(event, {now})` reports. */
  constructor(lesson, tell) {
    this.#lesson = lesson;
    this.#tell = tell;
    const options = { signal: this.#stop.signal };
    window.addEventListener("scroll", () => this.#scrolled(), { ...options, passive: true });
    if (lesson.dataset.rule === "end") this.#waitForEnd();
    if (lesson.dataset.rule === "opening") this.#waitForOpening(options);
  }

  /** Goes to where one stopped, unless one has moved already or asks for another place; says so with `words`. */
  resume(words) {
    const block = this.#blocks()[Number(this.#lesson.dataset.paragraph ?? 0)];
    this.#paragraph = Number(this.#lesson.dataset.paragraph ?? 0);
    if (!this.#paragraph || !block) return;
    block.classList.add("is-stopped");
    block.dataset.stopped = words;
    block.scrollIntoView({ block: "start" });
    this.#resumedAt = scrollY;
  }

  /** Reports where one is before the lesson goes away. */
  leave() {
    clearTimeout(this.#timer);
    this.#note();
  }

  stop() {
    this.leave();
    this.#stop.abort();
    this.#watch?.disconnect();
  }

  #blocks() {
    return this.#lesson.querySelector(".prose")?.children ?? [];
  }

  #scrolled() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#note(), CALM);
  }

  /** Who has come to the end begins at the beginning the next time. */
  #note() {
    const isWhereItWas = Math.abs(scrollY - this.#resumedAt) < NEAR;
    if (this.#isRead || isWhereItWas) return;
    const blocks = [...this.#blocks()];
    const line = window.innerHeight * LINE;
    const found = blocks.findIndex((block) => block.getBoundingClientRect().bottom > line);
    if (found < 0 || found === this.#paragraph) return;
    this.#paragraph = found;
    this.#tell({ paragraph: found });
  }

  #waitForEnd() {
    let timer;
    this.#watch = new IntersectionObserver(([{ isIntersecting }]) => {
      clearTimeout(timer);
      if (isIntersecting) timer = setTimeout(() => this.#seenEnd(), DWELL);
    });
    this.#stop.signal.addEventListener("abort", () => clearTimeout(timer));
    this.#watch.observe(this.#lesson.querySelector(".lesson-end"));
  }

  #seenEnd() {
    if (document.visibilityState === "visible") this.#read();
    else document.addEventListener("visibilitychange", () => this.#read(), { once: true });
  }

  /** A file has been opened when it is shown in the page, or by a link, or one is in its frame. */
  #waitForOpening(options) {
    const article = this.#lesson.querySelector("article");
    article.addEventListener("click", ({ target }) => target.closest("a[href]") && this.#read());
    article.addEventListener("educa:opened", () => this.#read());
    window.addEventListener(
      "blur",
      () => article.contains(document.activeElement) && this.#read(),
      options,
    );
  }

  #read() {
    if (this.#isRead || this.#stop.signal.aborted) return;
    this.#isRead = true;
    this.#tell({ read: true, paragraph: 0 }, { now: true });
  }
}
