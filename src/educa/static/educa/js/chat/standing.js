import { fill } from "../player/words.js";

const PATIENCE = 1_500; // milliseconds without a connection that are not worth a word
const WORDS = {
  connecting: "connecting",
  live: "live",
  polling: "polling",
  lost: "lost",
  "signed-out": "signedOut",
  removed: "removedFromRoom",
  "other-user": "otherUser",
};

/** How things stand, in words: what the room lets this person do, and whether it is connected. */
export class Standing {
  #room;
  #slow;

  constructor(room) {
    this.#room = room;
  }

  /** Takes in the settings of the room, and shows what follows from them. */
  takeSettings({ closed, slow_seconds, shows_people }) {
    this.#room.state.settings = { closed, slow_seconds, shows_people };
    this.showSettings();
  }

  /** Shows what this person may do now. */
  showSettings() {
    const room = this.#room;
    const { closed, slow_seconds, shows_people } = room.state.settings;
    const isKeeper = room.state.keeps_order || room.state.role === "instructor";
    const isMuted = room.state.is_muted && !isKeeper;
    room.querySelector(".chat-closed").hidden = !closed;
    room.querySelector(".chat-muted").hidden = !isMuted;
    const slow = room.querySelector(".chat-slow");
    slow.hidden = !slow_seconds;
    slow.querySelector("p").textContent = fill(room.words.slow, { seconds: slow_seconds });
    room.composer.form.hidden = isMuted || (closed && !isKeeper);
    room.people.show(shows_people);
  }

  /** Says how the connection is; a short break is not worth a word. */
  showConnection(state) {
    const line = this.#room.querySelector(".chat-state");
    clearTimeout(this.#slow);
    const say = () => {
      line.dataset.state = state;
      const words = this.#room.words[WORDS[state]] ?? "";
      if (line.textContent !== words) line.textContent = words;
    };
    if (state === "lost" && navigator.onLine) this.#slow = setTimeout(say, PATIENCE);
    else say();
  }
}
