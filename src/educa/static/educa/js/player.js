import "./contents.js";
import { Keys } from "./player/keys.js";
import { Lessons } from "./player/lessons.js";
import { loadNote } from "./player/notes.js";
import { Outbox } from "./player/outbox.js";
import { Outline } from "./player/outline.js";
import { Place } from "./player/place.js";
import { State } from "./player/state.js";
import { Failure, getJSON } from "./requests.js";
import { hasKept } from "./writing/kept.js";

const SLOW = 400; // milliseconds after which one is told that a lesson is on its way
const CALM = 200; // milliseconds without scrolling until the place in the page is kept
const NEAR_END = 3; // seconds: who stops a video there has seen it

/**
 * The page on which a course is read: moves on without loading it again, remembers where one is, and reports it.
 *
 * When another lesson is shown, `.lesson` hears `educa:lesson` with `{content}`. What a media player has played
 * comes as `educa:watched` with `{from, to, duration, second}`. Who wants to ask something in the chat dispatches
 * `educa:ask` with `{content, title, paragraph, second}`.
 */
class CoursePlayer extends HTMLElement {
  #scrolling;
  #going = 0; // counts, so that an answer that comes too late is not shown

  connectedCallback() {
    this.words = this.dataset;
    this.state = new State(this.querySelector(".player-state"));
    this.outline = new Outline(this);
    this.lessons = new Lessons();
    if (this.dataset.user) this.#keepFor(this.dataset.user);
    new Keys(this, {
      next: () => this.querySelector(".step.next")?.click(),
      previous: () => this.querySelector(".step:not(.next)")?.click(),
      mark: () => this.#mark(),
      ask: () => this.#ask(),
      chat: () => this.chat(),
    });
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("submit", (event) => this.#submitted(event));
    this.addEventListener("educa:ask", ({ detail }) => this.chat(detail));
    window.addEventListener("popstate", (event) => this.#popped(event));
    window.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    window.addEventListener("pagehide", () => this.#leave());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#leave();
    });
    const { url } = this.lesson.dataset;
    if (url) history.replaceState({ ...history.state, player: url }, "", url + location.hash);
    this.#loadQuestions();
    this.#begin({ isFirst: true });
    idle(() => this.#tellUnread());
  }

  /** At once where something of them is to be shown; else with the first thing that somebody does here. */
  #loadQuestions() {
    if (location.hash || this.querySelector("[data-marks*=':']")) idle(questions);
    const begin = async ({ target }) => {
      await questions();
      this.querySelector("content-questions")?.offer(target);
    };
    for (const kind of ["pointermove", "pointerdown", "keydown", "scroll"])
      document.addEventListener(kind, begin, { once: true });
  }

  async #ask() {
    await questions();
    this.querySelector("content-questions")?.askInView();
  }

  get lesson() {
    return this.querySelector(".lesson");
  }

  #begin({ isFirst = false, isEarly = false, mayResume = true } = {}) {
    const { lesson } = this;
    const { url, progress } = lesson.dataset;
    if (!url) return;
    loadNote(lesson, idle);
    lesson.addEventListener("educa:saving", ({ detail }) => this.#saving(url, detail.sent));
    this.place = undefined;
    if (progress && this.outbox) {
      this.place = new Place(lesson, (event, how) => this.outbox.add(progress, event, how));
      // On the lesson, not the page: what is played until it is taken away is told when it is away.
      lesson.addEventListener("educa:watched", ({ detail }) => this.#watched(progress, detail));
      if (isEarly) this.outbox.add(progress, { opened: true });
    }
    if (mayResume && !location.hash && !(isFirst && scrollY > 0)) {
      this.place?.resume(this.words.stopped);
    }
    idle(() => this.#prefetch());
  }

  /** Not while something that the server would show there waits to be reported. */
  #prefetch() {
    const next = this.querySelector(".step.next")?.getAttribute("href");
    if (next && !this.outbox?.has(`${next}progress/`)) this.lessons.prefetch(next);
  }

  async #saving(url, sent) {
    await this.lessons.change(url, sent);
    this.#prefetch();
  }

  #clicked(event) {
    const link = event.target.closest("a[href]");
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);
    if (!link || !isPlain || event.altKey || event.defaultPrevented || link.target) return;
    if (link.matches(".chat-open")) {
      event.preventDefault();
      this.chat();
      return;
    }
    const url = new URL(link.href);
    const isLesson = url.origin === location.origin && this.#isLesson(url.pathname);
    const isHere = url.pathname === location.pathname && url.hash;
    if (!isLesson || isHere || link.hasAttribute("download")) return;
    event.preventDefault();
    this.go(url.pathname, { hash: url.hash });
  }

  #isLesson(path) {
    const rest = path.startsWith(this.dataset.root) && path.slice(this.dataset.root.length);
    return rest && /^content\/\d+\/$/.test(rest);
  }

  /** What is unread in the chat; where it can't be told, nothing is. */
  async #tellUnread() {
    const link = this.querySelector(".chat-open");
    if (!link?.dataset.unread) return;
    const { unread } = await getJSON(link.dataset.unread).catch(() => ({}));
    const badge = link.querySelector(".chat-count");
    if (!badge.textContent) badge.textContent = unread ?? "";
  }

  /** Opens the chat beside the lesson, or closes it; with a place in the course it begins a question there. */
  async chat(place) {
    const link = this.querySelector(".chat-open");
    try {
      const { closeChat, isOpen, openChat } = await import("./player/chat.js");
      if (isOpen() && !place) closeChat(this);
      else (await openChat(this, link))[place ? "ask" : "shown"](place);
    } catch {
      if (navigator.onLine) location.assign(link.href);
      else
        this.state.hold(this.words.offline, {
          words: this.words.again,
          act: () => this.chat(place),
        });
    }
  }

  /** Shows the lesson at this address in the place of the current one. */
  async go(url, { hash = "", isBack = false, top = 0 } = {}) {
    const turn = ++this.#going;
    const slow = setTimeout(() => this.state.hold(this.words.loading), SLOW);
    this.place?.leave();
    let found;
    try {
      found = await this.lessons.take(url);
    } catch (failure) {
      clearTimeout(slow);
      if (!(failure instanceof Failure)) throw failure;
      if (turn === this.#going) this.#failed(failure, url, { hash, isBack, top });
      return;
    }
    clearTimeout(slow);
    if (turn !== this.#going) return;
    this.state.clear();
    if (!isBack) {
      this.#keepScroll();
      history.pushState({ player: url }, "", url + hash);
    }
    this.#show(found, { hash, isBack, top });
  }

  #failed(failure, url, how) {
    if (!failure.isUnanswered) {
      location.assign(url + how.hash);
      return;
    }
    const act = () => this.go(url, how);
    this.state.hold(this.words.offline, { words: this.words.again, act });
  }

  #show({ lesson, isEarly }, { hash, isBack, top }) {
    this.place?.stop();
    const { url, title, module } = lesson.dataset;
    const isDone = this.outline.isDone(url);
    this.lesson.replaceWith(lesson);
    this.outbox?.flush();
    if (isDone !== undefined) showDone(lesson, isDone);
    document.title = title;
    const edit = document.querySelector(".preview-edit");
    if (edit && lesson.dataset.edit) edit.href = lesson.dataset.edit;
    this.outline.close();
    this.outline.show(url, module);
    lesson.querySelector("h1").focus({ preventScroll: true });
    scrollTo({ top, behavior: "instant" });
    if (hash) document.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView();
    this.#begin({ isEarly, mayResume: !isBack });
    const detail = { content: Number(lesson.dataset.content) };
    lesson.dispatchEvent(new CustomEvent("educa:lesson", { bubbles: true, detail }));
  }

  #popped({ state }) {
    const url = location.pathname;
    if (!this.#isLesson(url) || url === this.lesson.dataset.url) return;
    this.go(url, { isBack: true, top: state?.top ?? 0, hash: state ? "" : location.hash });
  }

  #submitted(event) {
    if (!event.target.closest(".lesson-done") || !this.outbox) return;
    event.preventDefault();
    this.#mark();
  }

  /** Marks the lesson as done, or as not done, at once; it is saved as soon as there is a connection. */
  #mark() {
    const { url, progress } = this.lesson.dataset;
    if (!progress || !this.outbox) return;
    const done = this.querySelector(".lesson-done").dataset.done !== "true";
    showDone(this.lesson, done);
    this.outline.mark(url, done);
    this.state.say(done ? this.words.marked : this.words.unmarked);
    this.outbox.add(progress, { done }, { now: true });
  }

  /** The duration is 0 as long as the browser does not know it. */
  #watched(progress, { from, to, duration, second }) {
    const isOver = duration > 0 && second > duration - NEAR_END;
    const watched = to > from ? { watched: [[from, to]] } : {};
    const length = duration > 0 ? { duration } : {};
    this.outbox.add(progress, { second: isOver ? 0 : second, ...length, ...watched });
  }

  /** Keeps what this person does until the server has it. */
  #keepFor(user) {
    this.outbox = new Outbox(user, {
      answered: (url, answer) => this.#answered(url, answer),
      stuck: (reason, url) => this.#stuck(reason, url),
    });
    idle(async () => {
      const { sendBeforeSigningOut } = await import("./player/signing-out.js");
      sendBeforeSigningOut({
        send: () => this.#sendAll(),
        isLeft: () =>
          !this.outbox.isEmpty || hasKept(user) || this.querySelector("chat-room")?.hasUnsent,
        words: this.words.unsent,
      });
    });
  }

  async #sendAll() {
    this.place?.leave();
    this.querySelector("media-player")?.report?.();
    const note = this.querySelector("note-panel")?.finish?.();
    const chat = this.querySelector("chat-room")?.sendAll?.();
    await Promise.all([this.outbox.flush(), note, chat, this.lessons.settled()]);
  }

  #answered(url, { done, progress, completed_at }) {
    const content = url.replace(/progress\/$/, "");
    if (this.wasStuck && this.outbox.isEmpty) {
      this.wasStuck = false;
      this.state.say(this.words.saved);
    }
    // What waited from another course says nothing of this one; and more may have happened meanwhile.
    if (!url.startsWith(this.dataset.root) || this.outbox.has(url)) return;
    this.lessons.forget(content);
    this.#prefetch();
    if (content === this.lesson.dataset.url) showDone(this.lesson, done);
    this.outline.mark(content, done);
    this.outline.progress(progress);
    if (this.outline.completed(completed_at)) this.state.hold(this.words.completed);
  }

  #stuck(reason, url) {
    if (reason === "refused" || reason === "closed") {
      const content = url.replace(/progress\/$/, "");
      if (content !== this.lesson.dataset.url) return;
      this.wasStuck = reason === "closed";
      this.state.hold(this.words.refused);
      return;
    }
    this.wasStuck = true;
    this.state.hold(reason === "signedOut" ? this.words.signedOut : this.words.later);
  }

  #leave() {
    this.place?.leave();
    this.outbox?.leave();
    this.#keepScroll();
  }

  #scrolled() {
    clearTimeout(this.#scrolling);
    this.#scrolling = setTimeout(() => this.#keepScroll(), CALM);
  }

  /** For whoever comes back by the browser's own buttons. */
  #keepScroll() {
    clearTimeout(this.#scrolling);
    if (location.pathname !== this.lesson.dataset.url) return;
    history.replaceState({ ...history.state, player: location.pathname, top: scrollY }, "");
  }
}

const questions = () => import("./content-questions.js");

function idle(work) {
  if (window.requestIdleCallback) requestIdleCallback(work);
  else setTimeout(work, 300);
}

/** Shows in the lesson whether it is done; who takes the mark away decides alone from then on. */
function showDone(lesson, isDone) {
  const box = lesson.querySelector(".lesson-done");
  if (box.dataset.done === "true" && !isDone) box.dataset.byHand = "true";
  box.dataset.done = String(isDone);
  const field = box.querySelector("input[name=done]");
  if (field) field.value = String(!isDone);
}

customElements.define("course-player", CoursePlayer);
