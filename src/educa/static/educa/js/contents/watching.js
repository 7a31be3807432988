const PAUSE = 5000; // milliseconds between two tellings, at the least
const LEAST = 0.1; // seconds; shorter parts are none

/**
 * Which parts of a film or sound are played, told in pieces: `tell({from, to, duration, second})`.
 *
 * All are seconds of the film; `duration` is 0 where the browser does not know it, and `second` is
 * where the reader is. Told every five seconds, and at once when playing stops or jumps, or the page goes.
 */
export class Watching {
  #media;
  #tell;
  #from = null;
  #to = null;
  #told = performance.now();

  constructor(media, tell) {
    [this.#media, this.#tell] = [media, tell];
    media.addEventListener("playing", () => this.#begin());
    media.addEventListener("timeupdate", () => this.#goOn());
    media.addEventListener("seeking", () => this.end());
    media.addEventListener("seeked", () => media.paused || this.#begin());
    for (const name of ["pause", "ended"]) media.addEventListener(name, () => this.#stop());
  }

  /** Tell what was played since the last time, and forget where playing began. */
  end() {
    this.#say();
    this.#from = null;
  }

  /** As `end`, of what may go on. */
  pause() {
    this.#goOn();
    this.#say();
  }

  #begin() {
    this.#from ??= this.#media.currentTime;
    this.#to = this.#media.currentTime;
  }

  #goOn() {
    if (this.#from === null || this.#media.seeking) return;
    this.#to = this.#media.currentTime;
    if (performance.now() - this.#told >= PAUSE) this.#say();
  }

  #stop() {
    if (this.#from !== null && !this.#media.seeking) this.#to = this.#media.currentTime;
    this.end();
  }

  #say() {
    if (this.#from === null || this.#to - this.#from < LEAST) return;
    this.#told = performance.now();
    const { duration, currentTime } = this.#media;
    this.#tell({
      from: this.#from,
      to: this.#to,
      duration: Number.isFinite(duration) ? duration : 0,
      second: currentTime,
    });
    this.#from = this.#to;
  }
}
