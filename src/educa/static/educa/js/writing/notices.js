/** What stands above a text: drafts that are left, and what others did meanwhile. */

import { post } from "../requests.js";

export class Notices {
  #box;
  #draft;

  /** `box` may be missing where the server keeps no drafts. */
  constructor(box) {
    this.#box = box;
    this.#draft = this.#notice("draft");
  }

  /** Whether a draft of the server waits for a decision. */
  get isUndecided() {
    return Boolean(this.#draft && !this.#draft.hidden);
  }

  /** When the draft of the server that is offered was kept (milliseconds), and its state. */
  get offered() {
    const time = this.isUndecided && this.#draft.querySelector("time").dateTime;
    return time
      ? { at: Date.parse(time), stamp: this.#draft.dataset.stamp }
      : { at: 0, stamp: null };
  }

  /** Throws the draft of the server away when asked to, without leaving the page; then calls `done`. */
  onDiscard(url, done) {
    const button = this.#draft?.querySelector("[data-part=discard]");
    button?.addEventListener("click", async (event) => {
      event.preventDefault();
      await post(url, { discard: 1 });
      this.hide("draft");
      done();
    });
  }

  /** Hears when somebody decides that what stands here is kept, and not what stands elsewhere. */
  onTake(done) {
    this.#notice("elsewhere")
      ?.querySelector("[data-part=take]")
      .addEventListener("click", () => {
        this.hide("elsewhere");
        done();
      });
  }

  show(name) {
    const notice = this.#notice(name);
    if (notice) notice.hidden = false;
  }

  hide(name) {
    const notice = this.#notice(name);
    if (notice) notice.hidden = true;
  }

  /** The text itself is another one by now; `difference` is the page that shows how. */
  changed(difference) {
    const link = this.#notice("changed")?.querySelector("[data-part=difference]");
    if (!link) return;
    link.hidden = !difference;
    link.href = difference;
    this.show("changed");
  }

  /** Puts a notice on top. */
  add(notice, before) {
    if (this.#box) this.#box.prepend(notice);
    else before.before(notice);
  }

  #notice(name) {
    return this.#box?.querySelector(`[data-notice=${name}]`) ?? null;
  }
}
