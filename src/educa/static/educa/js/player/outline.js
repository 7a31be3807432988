import { Failure, getText } from "../requests.js";
import { fill } from "./words.js";

/** The outline beside the lesson: where one is, what is done, and modules that come when they are opened. */
export class Outline {
  #player;
  #box;
  #progress;
  #loading = new Set();

  constructor(player) {
    this.#player = player;
    this.#box = player.querySelector(".reader-outline");
    this.#progress = { done: Number(player.dataset.done), total: Number(player.dataset.total) };
    // `toggle` does not bubble.
    this.#box.addEventListener("toggle", (event) => this.#toggled(event), true);
    this.#bring();
  }

  /** Closes the drawer, on a phone. */
  close() {
    if (this.#box.matches(":popover-open")) this.#box.hidePopover();
  }

  /** Whether the content at this address is done, as far as the outline knows; undefined if it has no such row. */
  isDone(url) {
    return this.#link(url)?.classList.contains("is-done");
  }

  /** Shows which content is read. A module that is not there yet is opened, and then loaded. */
  async show(url, module) {
    this.#box.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const link = this.#link(url) ?? (await this.#load(module, url));
    if (!link) return;
    link.setAttribute("aria-current", "page");
    link.closest("details").open = true;
    this.#bring();
  }

  /** Ticks the content off, or not; what the server says of the progress comes later. */
  mark(url, isDone) {
    const link = this.#link(url);
    if (!link || link.classList.contains("is-done") === isDone) return;
    link.classList.toggle("is-done", isDone);
    link.querySelector("i")?.remove();
    if (isDone) link.prepend(this.#doneWord());
    const list = link.closest("ol");
    const count = list.closest("details").querySelector(".count");
    count.textContent = `${list.querySelectorAll(".is-done").length}/${list.children.length}`;
    const { done, total } = this.#progress;
    this.progress({ done: done + (isDone ? 1 : -1), total });
  }

  /** Shows how much of the course is done. */
  progress({ done, total }) {
    this.#progress = { done, total };
    for (const bar of this.#player.querySelectorAll(".progress")) {
      bar.querySelector("progress").value = total ? Math.floor((100 * done) / total) : 0;
      bar.querySelector("span").textContent = fill(this.#player.dataset.progress, { done, total });
    }
  }

  /** Shows that the course is completed, and whether it was not before. */
  completed(iso) {
    const line = this.#box.querySelector(".reader-completed");
    if (!iso || !line.hidden) return false;
    const date = new Date(iso).toLocaleDateString(document.documentElement.lang, {
      dateStyle: "long",
    });
    line.querySelector("span").textContent = fill(this.#player.dataset.completedOn, { date });
    line.hidden = false;
    return true;
  }

  #doneWord() {
    const word = document.createElement("i");
    word.textContent = `${this.#player.dataset.doneWord} `;
    return word;
  }

  #link(url) {
    return this.#box.querySelector(`a[href="${CSS.escape(url)}"]`);
  }

  async #toggled({ target }) {
    if (target === this.#box) this.#bring();
    else if (target.open) await this.#fetch(target);
  }

  async #load(module, url) {
    const way = this.#link(`${this.#player.dataset.root}${module}/`);
    if (way) await this.#fetch(way.parentElement);
    return this.#link(url);
  }

  /** What can't be fetched now stays a link to the module. */
  async #fetch(details) {
    const way = details.querySelector(":scope > a");
    if (!way || this.#loading.has(way)) return;
    this.#loading.add(way);
    try {
      const html = await getText(`${way.getAttribute("href")}outline/`);
      const list = new DOMParser().parseFromString(html, "text/html").querySelector("ol");
      if (list) way.replaceWith(list);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
    } finally {
      this.#loading.delete(way);
    }
  }

  /** Brings the current row into sight, in the box that scrolls and without moving the page. */
  #bring() {
    const current = this.#box.querySelector("[aria-current]");
    if (!current) return;
    const distance = current.getBoundingClientRect().top - this.#box.getBoundingClientRect().top;
    if (distance > 0 && distance < this.#box.clientHeight - 48) return;
    this.#box.scrollTop += distance - this.#box.clientHeight / 2;
  }
}
