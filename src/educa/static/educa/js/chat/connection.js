import { Failure, getJSON } from "../requests.js";

const QUIET = 25_000; // milliseconds without a frame after which the server is asked whether it is there
const PONG = 5_000; // and how long its answer may take
const OPENING = 10_000;
const POLL = 5_000;
const LONGEST = 30_000; // between two tries
const OVER = { 4401: "signed-out", 4403: "removed" };
const BARRED = { signedOut: "signed-out", forbidden: "removed", gone: "removed" };

/**
 * Hears what happens in a room: by a socket, and where none can be opened by asking again and again.
 *
 * `position()` gives the number and the epoch that one has, `heard(frame)` takes what comes, `changed(state)`
 * hears "connecting", "live", "polling", "lost", and, when it is over, "signed-out" or "removed".
 */
export class Connection {
  state = "connecting";
  #socket;
  #failures = 0;
  #timer;
  #beat;
  #polling;
  #asking;
  #isAgain = false;
  #life = new AbortController();

  constructor({ socket, events, position, heard, changed }) {
    Object.assign(this, { address: socket, events, position, heard, changed });
    const { signal } = this.#life;
    addEventListener("online", () => this.wake(), { signal });
    addEventListener("offline", () => this.#drop(), { signal });
    addEventListener("pagehide", () => this.#drop(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.wake(), { signal });
    document.addEventListener("visibilitychange", () => !document.hidden && this.wake(), {
      signal,
    });
    this.#open();
  }

  get isLive() {
    return this.state === "live";
  }

  get isOver() {
    return this.#life.signal.aborted;
  }

  /** Tries at once, or asks whether the connection is still there. */
  wake() {
    if (this.isOver) return;
    if (this.isLive) {
      this.#ping();
      return;
    }
    this.#failures = 0;
    if (!this.#socket) this.#open();
  }

  /** Whether the frame went out. */
  send(frame) {
    if (!this.isLive || this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Gives the connection up for a new one: something on it was not answered. */
  renew() {
    if (!this.isOver) this.#drop();
  }

  stop(state = "stopped") {
    this.#life.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#beat);
    clearTimeout(this.#polling);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    this.#change(state);
  }

  /** Asks for all that has happened since. */
  catchUp() {
    if (this.#asking) {
      this.#isAgain = true;
      return this.#asking;
    }
    this.#asking = this.#ask().finally(() => {
      this.#asking = undefined;
      if (this.#isAgain) {
        this.#isAgain = false;
        this.catchUp().catch(() => {});
      }
    });
    return this.#asking;
  }

  async #ask() {
    for (let more = true; more && !this.isOver; ) {
      const { after, epoch } = this.position();
      const answer = await getJSON(`${this.events}?after=${after}&epoch=${epoch}`);
      const isLimited = answer.limited || answer.epoch !== epoch;
      if (isLimited) this.heard({ type: "limited" });
      else this.heard({ type: "history", events: answer.events });
      more = answer.more && !isLimited;
    }
  }

  #open() {
    clearTimeout(this.#timer);
    const { after, epoch } = this.position();
    const address = `${location.origin.replace(/^http/, "ws")}${this.address}`;
    const socket = new WebSocket(`${address}?after=${after}&epoch=${epoch}`);
    this.#socket = socket;
    this.#beat = setTimeout(() => this.#drop(), OPENING);
    socket.addEventListener("message", ({ data }) => {
      if (socket === this.#socket) this.#got(JSON.parse(data));
    });
    socket.addEventListener("close", ({ code }) => {
      if (socket === this.#socket) this.#closed(code);
    });
  }

  #got(frame) {
    this.#rest();
    if (frame.type === "hello") {
      this.#failures = 0;
      clearTimeout(this.#polling);
      this.heard(frame);
      if (!this.isOver) this.#change("live");
      return;
    }
    if (frame.type === "pong") {
      if (frame.head > this.position().after) this.catchUp().catch(() => {});
      return;
    }
    this.heard(frame);
  }

  #rest() {
    clearTimeout(this.#beat);
    this.#beat = setTimeout(() => this.#ping(), QUIET);
  }

  #ping() {
    clearTimeout(this.#beat);
    this.send({ type: "ping" });
    this.#beat = setTimeout(() => this.#drop(), PONG);
  }

  #drop() {
    const socket = this.#socket;
    if (!socket) return;
    this.#closed(0);
    socket.close();
  }

  #closed(code) {
    clearTimeout(this.#beat);
    this.#socket = undefined;
    if (OVER[code]) {
      this.stop(OVER[code]);
      return;
    }
    const wasLive = this.isLive;
    if (this.state !== "polling") this.#change("lost");
    this.#later(code === 4429 ? LONGEST : Math.min(1000 * 2 ** this.#failures, LONGEST));
    this.#failures += 1;
    if (!wasLive) this.#poll();
  }

  #later(pause) {
    clearTimeout(this.#timer);
    const jittered = pause * (0.6 + 0.4 * Math.random());
    this.#timer = setTimeout(() => this.#open(), jittered);
  }

  /** Without a socket: some networks let none through, and only an answer tells who is not let in. */
  async #poll() {
    clearTimeout(this.#polling);
    try {
      await this.catchUp();
      if (this.isLive || this.isOver) return;
      this.#change("polling");
      this.#polling = setTimeout(() => this.#poll(), POLL);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (this.isLive || this.isOver) return;
      if (BARRED[failure.reason]) this.stop(BARRED[failure.reason]);
      else this.#change("lost");
    }
  }

  #change(state) {
    if (this.state === state) return;
    this.state = state;
    this.changed(state);
  }
}
