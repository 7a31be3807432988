const KEPT = "educa-keys";
const WRITING = "input, textarea, select, [contenteditable], [role=slider], [role=textbox]";
const PLAYING = "video, audio, media-player, iframe, object, chat-room";
const SCROLLING = "pre, .table-scroll, [tabindex='0'], [role=radiogroup], [role=menu]";

/** The keys of the player. Those of a single character can be switched off, which is remembered. */
export class Keys {
  #dialog;
  #choice;

  /** `steps` has what is done for "next", "previous", "mark", "ask" and "chat". */
  constructor(player, steps) {
    this.#dialog = player.querySelector("#keys");
    this.#choice = this.#dialog.querySelector("input");
    this.#choice.checked = recalled() !== "off";
    this.#choice.addEventListener("change", () => keep(this.#choice.checked ? "on" : "off"));
    this.steps = steps;
    const open = player.querySelector(".keys-open");
    open.hidden = false;
    open.addEventListener("click", () => this.#dialog.showModal());
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #pressed(event) {
    if (!this.#choice.checked || isForOthers(event)) return;
    const step = this.#meaning(event);
    if (!step) return;
    event.preventDefault();
    if (step === "help") this.#dialog.showModal();
    else this.steps[step]();
  }

  #meaning({ key, target }) {
    const isLeftward = document.documentElement.dir === "rtl";
    const arrows = target.closest(SCROLLING)
      ? {}
      : {
          ArrowRight: isLeftward ? "previous" : "next",
          ArrowLeft: isLeftward ? "next" : "previous",
        };
    const letters = { j: "next", k: "previous", m: "mark", a: "ask", c: "chat", "?": "help" };
    return { ...letters, ...arrows }[key];
  }
}

function isForOthers({ target, altKey, ctrlKey, metaKey, defaultPrevented, isComposing }) {
  const isBusy = document.querySelector("dialog[open]");
  const isTaken = altKey || ctrlKey || metaKey || defaultPrevented || isComposing;
  return isTaken || isBusy || target.closest(`${WRITING}, ${PLAYING}`);
}

function recalled() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(value) {
  try {
    localStorage.setItem(KEPT, value);
  } catch {
    // The choice holds for this page.
  }
}
