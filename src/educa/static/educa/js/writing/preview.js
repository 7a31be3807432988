/** The text as readers will see it, made by the server. */

import { post } from "../requests.js";

const PAUSE = 250; // milliseconds after the last key; longer where making it takes longer
const RETRY = 5000;
const PATIENCE = 60_000; // milliseconds: the whole text goes there and back

export class Preview {
  #area;
  #box;
  #page;
  #failed;
  #fields;
  #url;
  #timer = 0;
  #request = null;
  #pause = PAUSE;
  #shown = null;

  /** Shows the words of `area` in `box`; `fields` gives what the server has to know. */
  constructor(area, box, url, fields) {
    [this.#area, this.#box, this.#url, this.#fields] = [area, box, url, fields];
    this.#page = box.querySelector(".prose");
    this.#failed = box.querySelector(".writing-failed");
    area.addEventListener("input", () => this.update());
    area.addEventListener("scroll", () => this.#follow(), { passive: true });
    window.addEventListener("online", () => this.update(0));
    // What it shows may be hidden behind the text on a narrow screen, and is made when it is seen.
    new ResizeObserver(() => this.update(0)).observe(box);
  }

  /** Shows the text as it is by now, after a pause. */
  update(pause = this.#pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#make(), pause);
  }

  async #make() {
    const fields = this.#fields();
    const words = JSON.stringify(fields);
    if (this.#box.offsetParent === null || words === this.#shown) return;
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    const begin = performance.now();
    try {
      const { html } = await post(this.#url, fields, {
        signal: request.signal,
        patience: PATIENCE,
      });
      this.#show(html);
      this.#shown = words;
      this.#failed.hidden = true;
    } catch ({ reason, wait = 0 }) {
      if (reason === "cancelled") return;
      this.#failed.hidden = false;
      this.update(Math.max(RETRY, wait));
    }
    this.#pause = Math.max(PAUSE, 2 * (performance.now() - begin));
  }

  /** Changes only the blocks that are not the same, so that pictures do not flicker. */
  #show(html) {
    const made = document.createElement("template");
    made.innerHTML = html;
    const [old, fresh] = [[...this.#page.children], [...made.content.children]];
    let start = 0;
    while (start < old.length && fresh[start]?.isEqualNode(old[start])) start++;
    let end = 0;
    while (
      end < Math.min(old.length, fresh.length) - start &&
      fresh.at(-1 - end).isEqualNode(old.at(-1 - end))
    ) {
      end++;
    }
    for (const block of old.slice(start, old.length - end)) block.remove();
    const next = end ? old.at(-end) : null;
    for (const block of fresh.slice(start, fresh.length - end))
      this.#page.insertBefore(block, next);
    this.#follow();
  }

  /** Keeps the place in the preview about where the text is. */
  #follow() {
    const room = this.#area.scrollHeight - this.#area.clientHeight;
    const part = room > 0 ? this.#area.scrollTop / room : 0;
    this.#box.scrollTop = part * (this.#box.scrollHeight - this.#box.clientHeight);
  }
}
