const AT_ONCE = 3;

/** Lets some transfers run at a time, in the order in which they came. */
export class Queue {
  #transfers = [];

  /** The transfer begins when it is its turn. */
  add(transfer) {
    this.#transfers.push(transfer);
    transfer.addEventListener("change", () => this.#next());
    this.#next();
  }

  get isActive() {
    return this.#transfers.some((transfer) => transfer.isActive);
  }

  #next() {
    const running = this.#in("sending").length;
    const next = running < AT_ONCE && this.#in("waiting")[0];
    // Starting is a change, too, which lets the one after it begin.
    if (next) next.start();
  }

  #in(state) {
    return this.#transfers.filter((transfer) => transfer.state === state);
  }
}
