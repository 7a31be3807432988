import { Acts } from "./chat/acts.js";
import { Composer } from "./chat/composer.js";
import { useIcons } from "./chat/dom.js";
import { Hearing } from "./chat/hearing.js";
import { Log } from "./chat/log.js";
import { Messages } from "./chat/messages.js";
import { People } from "./chat/people.js";
import { Pins } from "./chat/pins.js";
import { Reading } from "./chat/reading.js";
import { Sending } from "./chat/sending.js";
import { Standing } from "./chat/standing.js";
import { sendBeforeSigningOut } from "./player/signing-out.js";

/**
 * The room of a course: <chat-room> around what the server has rendered, which works without it.
 *
 * What it knows is in `log`, as the server has told it in `state`, and each part does one thing with it: `hearing`
 * takes in what comes, `sending` brings out what is said, `messages` and `pins` show it, `reading` notes what was
 * seen, `acts` are what may be done with a message, and `standing` says how things are.
 *
 * `ask({content, title, paragraph, second})` begins a question at a place of the course. The page hears
 * `educa:chat-unread` with `{count}`, `educa:chat-close` when one closes it, and `educa:chat-menu` with
 * `{message, items}` before the menu of a message opens, to which others may add `{label, icon, act}`.
 */
class ChatRoom extends HTMLElement {
  connectedCallback() {
    if (this.log) return;
    this.words = this.dataset;
    this.state = JSON.parse(this.querySelector("#chat-state").textContent);
    this.box = this.querySelector(".chat-scroll");
    useIcons(this.words.icons);
    this.#makeParts();
    this.#listen();
    this.standing.takeSettings(this.state.settings);
    this.pins.show();
    this.sending.arrivedIn(this.state.messages);
    this.messages.render();
    this.connection = this.hearing.connect();
    if (this.state.has_newer) this.hearing.reload();
    else this.begin();
  }

  disconnectedCallback() {
    this.connection.stop();
  }

  #makeParts() {
    this.log = new Log(this.state);
    this.standing = new Standing(this);
    this.hearing = new Hearing(this);
    this.sending = new Sending(this);
    this.acts = new Acts(this);
    this.messages = new Messages(this);
    this.pins = new Pins(this);
    this.reading = new Reading(this);
    this.composer = this.#makeComposer();
    this.people = new People({
      button: this.querySelector(".chat-people-open"),
      list: this.querySelector(".chat-people ul"),
      line: this.querySelector(".chat-typing"),
      words: this.words,
      me: this.state.user,
    });
  }

  #makeComposer() {
    const { acts, messages, state, words } = this;
    return new Composer(this.querySelector(".chat-form"), {
      words,
      key: `educa-chat-draft-${state.key}-${state.room}`,
      most: state.most_characters,
      mostBytes: state.most_bytes,
      people: `${words.url}people/`,
      nameOf: (message) => messages.rows.nameOf(message),
      acts: {
        send: (draft) => this.#send(draft),
        edit: (message, text) => acts.act(message, "edit", { message: text }),
        editLast: () => acts.editLast(),
        typing: () => state.settings.shows_people && this.connection.send({ type: "typing" }),
        placeWords: (anchor) => messages.rows.placeWords(anchor),
      },
    });
  }

  #listen() {
    this.querySelector(".chat-jump button").addEventListener("click", () => this.#toEnd());
    this.querySelector(".chat-close")?.addEventListener("click", () => this.#close());
    this.querySelector(".chat-older").addEventListener("click", (event) => {
      event.preventDefault();
      this.messages.loadOlder();
    });
    this.addEventListener("dragover", (event) => this.#dragged(event));
    this.addEventListener("drop", (event) => this.#dragged(event));
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#isPart && !event.defaultPrevented) this.#close();
    });
    addEventListener("hashchange", () => this.#followHash());
    if (this.#isPart) return;
    sendBeforeSigningOut({
      send: () => this.sendAll(),
      isLeft: () => this.hasUnsent,
      words: this.words.unsent,
    });
  }

  /** Whether it stands beside a lesson, and is not the page. */
  get #isPart() {
    return this.classList.contains("is-part");
  }

  /** Goes to where one begins to read: to what is new, or to the message of the address. */
  begin() {
    this.messages.begin();
    this.#followHash();
    this.reading.moved();
  }

  #followHash() {
    const [, sequence] = location.hash.match(/^#m(\d+)$/) ?? [];
    if (sequence && !this.#isPart) this.show(Number(sequence));
  }

  /** Begins a question at a place of the course; the place can be taken away again. */
  ask({ content, title, paragraph, second }) {
    if (title) this.messages.rows.titles[content] = title;
    this.composer.ask({ content, title, paragraph, second });
  }

  /** Brings a message into view, however old it is. */
  show(sequence) {
    return this.messages.show(sequence);
  }

  /** How many messages the reader has not seen yet. */
  get unseen() {
    return this.reading.notices.unseen;
  }

  /** The panel is shown, or hidden: only what can be seen is read. */
  shown() {
    this.messages.toEnd();
    if (this.composer.isTouched) this.querySelector("h2")?.focus({ preventScroll: true });
    else this.composer.focus();
    this.reading.moved();
  }

  /** Whether something of this person is in this window only. */
  get hasUnsent() {
    return this.sending.isLeft;
  }

  /** Tries to send what waits. */
  sendAll() {
    return this.sending.flush();
  }

  #send(draft) {
    this.messages.divider = undefined;
    this.messages.unhideEnd();
    this.sending.add(draft);
    this.messages.render();
    this.messages.toEnd();
  }

  #toEnd() {
    this.messages.unhideEnd();
    this.messages.render();
    this.messages.toEnd();
    this.reading.moved();
    this.composer.focus();
  }

  #dragged(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (event.type === "drop") this.composer.attach(event.dataTransfer.files[0]);
  }

  #close() {
    this.dispatchEvent(new CustomEvent("educa:chat-close", { bubbles: true }));
  }
}

customElements.define("chat-room", ChatRoom);
