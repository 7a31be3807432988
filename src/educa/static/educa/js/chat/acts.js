import { Failure, post } from "../requests.js";
import { askIn, Menu } from "./menu.js";

const MINUTE = 60_000; // milliseconds
const WORDS = { offline: "offline", unreachable: "offline", signedOut: "signedOut" };

/** What may be done with a message: the entries of its menu, and the doing. */
export class Acts {
  #room;
  #menu;

  constructor(room) {
    this.#room = room;
    this.#menu = new Menu(room.querySelector(".chat-menu"));
  }

  openMenu(message, button) {
    const { state } = this.#room;
    const signs = state.signs.map((sign) => {
      const isOn = Boolean(message.reactions?.[sign]?.includes(state.user));
      return { sign, isOn, act: () => this.act(message, "react", { sign, on: !isOn }) };
    });
    const items = this.#itemsFor(message);
    const detail = { message, items };
    this.#room.dispatchEvent(new CustomEvent("educa:chat-menu", { bubbles: true, detail }));
    this.#menu.open(button, signs, items);
  }

  /** Lets this person edit their last message; gives whether there is one that may be. */
  editLast() {
    const last = this.#room.log.list.findLast((message) => this.#isEditable(message));
    if (last) this.#room.composer.edit(last);
    return Boolean(last);
  }

  /** Does it, and gives whether it was done; why not is said beside the field. */
  act(message, verb, fields = {}) {
    return this.#do(`messages/${message.sequence}/${verb}/`, fields);
  }

  #itemsFor(message) {
    const { composer, state, words } = this.#room;
    const isOwn = message.user === state.user;
    const isKeeper = state.keeps_order;
    const pin = message.pinned ? words.unpin : words.pin;
    const items = [
      { label: words.reply, icon: "reply", act: () => composer.reply(message) },
      message.message && { label: words.copy, icon: "copy", act: () => this.#copy(message) },
      this.#isEditable(message) && {
        label: words.edit,
        icon: "pencil",
        act: () => composer.edit(message),
      },
      isKeeper && {
        label: pin,
        icon: "pin",
        act: () => this.act(message, "pin", { on: !message.pinned }),
      },
      !isOwn && { label: words.report, icon: "flag", act: () => this.#report(message) },
      isKeeper &&
        message.user &&
        message.role !== "instructor" &&
        !isOwn && { label: words.mute, icon: "volume-x", act: () => this.#mute(message) },
      (isOwn || isKeeper) && {
        label: words.delete,
        icon: "trash-2",
        isDanger: true,
        act: () => this.#delete(message),
      },
    ];
    return items.filter(Boolean);
  }

  #isEditable({ user, deleted, datetime }) {
    const { state } = this.#room;
    const until = new Date(datetime).getTime() + state.edit_minutes * MINUTE;
    return user === state.user && !deleted && Date.now() < until;
  }

  async #do(path, fields, done = "") {
    const { composer, connection, state, words } = this.#room;
    try {
      await post(words.url + path, fields, { user: state.key });
      if (done) this.#tell(done);
      if (!connection.isLive) connection.catchUp().catch(() => {});
      return true;
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      composer.refuse(failure.words || words[WORDS[failure.reason]] || words.notDone);
      return false;
    }
  }

  async #delete(message) {
    const answer = await askIn(this.#room.querySelector(".chat-ask-delete"));
    if (answer) this.act(message, "delete");
  }

  async #report(message) {
    const answer = await askIn(this.#room.querySelector(".chat-ask-report"));
    if (!answer) return;
    const path = `messages/${message.sequence}/report/`;
    this.#do(path, { reason: answer.get("reason") }, this.#room.words.reported);
  }

  async #mute(message) {
    const name = this.#room.messages.rows.nameOf(message);
    this.#room.querySelector(".chat-mute-name").textContent = name;
    const answer = await askIn(this.#room.querySelector(".chat-ask-mute"));
    if (!answer) return;
    const fields = { user: message.user, minutes: answer.get("minutes") };
    this.#do("mute/", fields, this.#room.words.mutedNow);
  }

  async #copy({ message }) {
    try {
      await navigator.clipboard.writeText(message);
      this.#tell(this.#room.words.copied);
    } catch {
      this.#room.composer.refuse(this.#room.words.notDone);
    }
  }

  #tell(words) {
    this.#room.querySelector(".chat-told").textContent = words;
  }
}
