const NEAR = 600; // pixels from the beginning at which older messages are loaded
const END = 48; // pixels from the end within which one is at the end

/**
 * The box in which messages scroll. It counts from its end, so it stays there by itself when something is added;
 * whoever has scrolled up keeps the line that they read.
 */
export class Scroll {
  #box;

  /** `moved()` hears of every move, `nearTop()` and `nearEnd()` when there is little left. */
  constructor(box, { moved, nearTop, nearEnd }) {
    this.#box = box;
    box.addEventListener(
      "scroll",
      () => {
        moved();
        if (this.#above < NEAR) nearTop();
        if (this.#below < NEAR) nearEnd();
      },
      { passive: true },
    );
  }

  get #below() {
    return Math.abs(this.#box.scrollTop);
  }

  get #above() {
    return this.#box.scrollHeight - this.#box.clientHeight - this.#below;
  }

  get isAtEnd() {
    return this.#below < END;
  }

  toEnd() {
    this.#box.scrollTop = 0;
  }

  /** Changes what is in the box, and keeps in its place what is being read; the end too, if that is sticky. */
  keep(change, isSticky = true) {
    if (isSticky && this.isAtEnd) {
      change();
      this.toEnd();
      return;
    }
    const { top } = this.#box.getBoundingClientRect();
    const rows = this.#box.querySelectorAll(".chat-message");
    const anchor = [...rows].find((row) => row.getBoundingClientRect().bottom > top);
    const before = anchor?.getBoundingClientRect().top;
    change();
    const now = anchor && this.#now(anchor);
    if (now) this.#box.scrollTop += now.getBoundingClientRect().top - before;
  }

  /** The row itself, or the one that has taken its place. */
  #now(row) {
    return row.isConnected ? row : this.#box.querySelector(`#${CSS.escape(row.id)}`);
  }

  /** Brings the element to the upper part of the box where it is not to be seen. */
  show(element, { isAlways = true } = {}) {
    const box = this.#box.getBoundingClientRect();
    const { top } = element.getBoundingClientRect();
    if (!isAlways && top > box.top) return;
    this.#box.scrollTop += top - box.top - 24;
  }
}
