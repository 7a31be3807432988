import { Watching } from "./contents/watching.js";

const STEP = 10; // seconds
const NEAR_END = 5; // seconds before the end, from which a film begins anew
const KEPT = "educa-speed";

/**
 * Speed, keys and memory around the browser's own controls of a film or sound.
 *
 * Begins at the second that `data-start` of the closest `[data-content]` names. The page hears
 * `educa:watched` with `{from, to, duration, second}`, see `contents/watching.js`. Keys hold while
 * the focus is inside, and do not reach the page then, but for Escape, Tab and the question mark.
 */
class MediaPlayer extends HTMLElement {
  #media;
  #speed;
  #watching;

  connectedCallback() {
    window.addEventListener("pagehide", this.#leave);
    document.addEventListener("visibilitychange", this.#leave);
    if (this.#media) return;
    this.#media = this.querySelector("video, audio");
    this.#speed = this.querySelector("select");
    this.#watching = new Watching(this.#media, (part) => this.#tell(part));
    this.addEventListener("keydown", this.#listen);
    this.querySelectorAll("[data-step]").forEach((button) => {
      button.addEventListener("click", () => this.#step(Number(button.dataset.step)));
    });
    this.#speed.addEventListener("change", () => this.#setSpeed(this.#speed.value));
    this.#media.addEventListener("ratechange", () => this.#showSpeed());
    this.#setSpeed(kept());
    this.#listenForFailure();
    this.#resume();
  }

  disconnectedCallback() {
    this.#watching.end();
    window.removeEventListener("pagehide", this.#leave);
    document.removeEventListener("visibilitychange", this.#leave);
  }

  /** Tells at once what was played since the last time. */
  report() {
    this.#watching.pause();
  }

  #leave = () => {
    if (document.visibilityState === "hidden" || !this.#media.paused) this.#watching.pause();
  };

  #tell(part) {
    this.dispatchEvent(new CustomEvent("educa:watched", { bubbles: true, detail: part }));
  }

  #resume() {
    const start = Number(this.closest("[data-content]")?.dataset.start ?? 0);
    if (!(start > 0)) return;
    const go = () => {
      if (start < this.#media.duration - NEAR_END) this.#begin(start);
    };
    if (this.#media.readyState >= HTMLMediaElement.HAVE_METADATA) go();
    else this.#media.addEventListener("loadedmetadata", go, { once: true });
  }

  #begin(start) {
    const again = this.querySelector(".media-again");
    this.#media.currentTime = start;
    again.hidden = false;
    again.addEventListener(
      "click",
      () => {
        this.#media.currentTime = 0;
        this.#media.play().catch(() => {});
        this.#media.focus();
        again.hidden = true;
      },
      { once: true },
    );
  }

  #listenForFailure() {
    const source = this.querySelector("source") ?? this.#media;
    source.addEventListener("error", () => {
      this.querySelector(".media-failed").hidden = false;
    });
  }

  #listen = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (["Escape", "Tab", "?"].includes(event.key)) return;
    event.stopPropagation();
    if (event.target === this.#speed) return;
    const isOnMedia = event.target === this.#media;
    const act = this.#acts[event.key] ?? (isOnMedia ? this.#actsOnMedia[event.key] : undefined);
    if (!act) return;
    event.preventDefault();
    act();
  };

  #acts = {
    k: () => this.#toggle(),
    j: () => this.#step(-STEP),
    l: () => this.#step(STEP),
    m: () => {
      this.#media.muted = !this.#media.muted;
    },
    c: () => this.#toggleCaptions(),
    f: () => this.#toggleFullScreen(),
    "<": () => this.#nextSpeed(-1),
    ">": () => this.#nextSpeed(1),
  };

  #actsOnMedia = {
    ArrowLeft: () => this.#step(-STEP),
    ArrowRight: () => this.#step(STEP),
  };

  #toggle() {
    if (this.#media.paused) this.#media.play().catch(() => {});
    else this.#media.pause();
  }

  #step(seconds) {
    const end = Number.isFinite(this.#media.duration) ? this.#media.duration : Infinity;
    this.#media.currentTime = Math.min(end, Math.max(0, this.#media.currentTime + seconds));
  }

  #toggleCaptions() {
    const tracks = [...this.#media.textTracks];
    const shown = tracks.find((track) => track.mode === "showing");
    if (shown) shown.mode = "disabled";
    else if (tracks[0]) tracks[0].mode = "showing";
  }

  #toggleFullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.#media.requestFullscreen) this.#media.requestFullscreen().catch(() => {});
    else this.#media.webkitEnterFullscreen?.(); // telephones of Apple know no other
  }

  #nextSpeed(direction) {
    const next = this.#speed.selectedIndex + direction;
    const option = this.#speed.options[Math.max(0, Math.min(next, this.#speed.options.length - 1))];
    this.#setSpeed(option.value);
  }

  #setSpeed(value) {
    this.#speed.value = value;
    if (this.#speed.selectedIndex < 0) this.#speed.value = "1";
    const rate = Number(this.#speed.value);
    this.#media.defaultPlaybackRate = this.#media.playbackRate = rate;
    keep(this.#speed.value);
  }

  /** The browser's own menu changes the speed, too. */
  #showSpeed() {
    const value = String(this.#media.playbackRate);
    if ([...this.#speed.options].some((option) => option.value === value))
      this.#speed.value = value;
  }
}

function kept() {
  try {
    return localStorage.getItem(KEPT) ?? "1";
  } catch {
    return "1"; // a browser that keeps nothing
  }
}

function keep(value) {
  try {
    localStorage.setItem(KEPT, value);
  } catch {
    // As above: the speed holds for this page.
  }
}

customElements.define("media-player", MediaPlayer);
