import { Composer } from "./chat/composer.js";
import { Connection } from "./chat/connection.js";
import { useIcons } from "./chat/dom.js";
import { Log } from "./chat/log.js";
import { askIn, Menu } from "./chat/menu.js";
import { countOf, Notices } from "./chat/notices.js";
import { Outbox } from "./chat/outbox.js";
import { People } from "./chat/people.js";
import { get, post, Refusal, upload } from "./chat/requests.js";
import { Scroll } from "./chat/scroll.js";
import { View } from "./chat/view.js";
import { sendBeforeSigningOut } from "./player/signing-out.js";
import { fill } from "./player/words.js";

const ACK = 10_000; // milliseconds until a socket that acknowledges nothing is given up
const SHOWN = 500; // messages in the page at a time
const PAGE = 50;
const FARTHEST = 20; // pages that are loaded to reach an old message
const REST = 800; // milliseconds of reading after which it counts
const MINUTE = 60_000; // milliseconds
const PATIENCE = 1_500; // milliseconds without a connection that are not worth a word
const STUCK = 8_000; // milliseconds after which one is told that a message is still here
const REFUSED = ["closed", "muted"];
const OVER = ["signed-out", "removed", "other-user"];

/**
 * The room of a course: <chat-room> around what the server has rendered, which works without it.
 *
 * It keeps what it knows in a log, what it sends in an outbox, and shows both. `ask({content, title, paragraph,
 * second})` begins a question at a place of the course. The page hears `educa:chat-unread` with `{count}`,
 * `educa:chat-close` when one closes it, and `educa:chat-menu` with `{message, items}` before the menu of a
 * message opens, to which others may add `{label, icon, act}`.
 */
class ChatRoom extends HTMLElement {
  #acks = new Map(); // what waits for an acknowledgement, by client_id
  #hidden = 0; // messages after those that are shown
  #reading;
  #slow;
  #stuck;
  #isLoading = false;
  #isReloading = false;

  connectedCallback() {
    if (this.log) return;
    this.words = this.dataset;
    this.state = JSON.parse(this.querySelector("#chat-state").textContent);
    const { state } = this;
    useIcons(this.words.icons);
    this.log = new Log(state);
    this.read = state.read;
    this.divider = state.read || undefined;
    this.pins = state.pinned;
    this.box = this.querySelector(".chat-scroll");
    this.#makeParts();
    this.#listen();
    this.#showRoom(state.settings);
    this.#showPins();
    this.outbox = new Outbox({
      user: state.key,
      room: state.room,
      transport: (entry) => this.#transport(entry),
      changed: () => this.#outboxChanged(),
    });
    this.#arrivedIn(state.messages);
    this.#render();
    this.#connect();
    if (state.has_newer) this.#reload();
    else this.#begin();
  }

  disconnectedCallback() {
    this.connection.stop();
  }

  #makeParts() {
    const { state, words } = this;
    const titles = Object.assign(state.titles, this.#titlesOfOutline());
    this.view = new View(this.querySelector(".chat-list"), {
      words,
      me: state.user,
      titles,
      heading: words.heading,
      acts: {
        menu: (message, button) => this.#openMenu(message, button),
        reply: (message) => this.composer.reply(message),
        react: (message, sign, on) => this.#act(message, "react", { sign, on }),
        show: (sequence) => this.show(sequence),
        retry: (id) => this.#retry(id),
        discard: (id) => this.#discard(id),
      },
    });
    this.scroll = new Scroll(this.box, {
      moved: () => this.#moved(),
      nearTop: () => this.#loadOlder(),
      nearEnd: () => this.#showNewer(),
    });
    this.composer = new Composer(this.querySelector(".chat-form"), {
      words,
      key: `educa-chat-draft-${state.key}-${state.room}`,
      most: state.most_characters,
      mostBytes: state.most_bytes,
      people: `${words.url}people/`,
      nameOf: (message) => this.view.nameOf(message),
      acts: {
        send: (draft) => this.#send(draft),
        edit: (message, text) => this.#act(message, "edit", { message: text }),
        editLast: () => this.#editLast(),
        typing: () => this.#isShowingPeople && this.connection.send({ type: "typing" }),
        placeWords: (anchor) => this.view.placeWords(anchor),
      },
    });
    this.people = new People({
      button: this.querySelector(".chat-people-open"),
      list: this.querySelector(".chat-people ul"),
      line: this.querySelector(".chat-typing"),
      words,
      me: state.user,
    });
    this.menu = new Menu(this.querySelector(".chat-menu"));
    const line = this.querySelector(".chat-told");
    this.notices = new Notices(this, { words, line, list: this.box });
  }

  #listen() {
    document.addEventListener("visibilitychange", () => this.#moved());
    addEventListener("focus", () => this.#moved());
    this.querySelector(".chat-jump button").addEventListener("click", () => this.#toEnd());
    this.querySelector(".chat-close")?.addEventListener("click", () => this.#close());
    this.querySelector(".chat-older").addEventListener("click", (event) => {
      event.preventDefault();
      this.#loadOlder();
    });
    this.querySelector(".chat-pinned").addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      this.show(Number(link.hash.slice(2)));
    });
    this.addEventListener("dragover", (event) => this.#dragged(event));
    this.addEventListener("drop", (event) => this.#dragged(event));
    this.addEventListener("keydown", (event) => {
      const isPart = this.classList.contains("is-part");
      if (event.key === "Escape" && isPart && !event.defaultPrevented) this.#close();
    });
    addEventListener("hashchange", () => this.#followHash());
    addEventListener("beforeunload", (event) => {
      const isPictureLeft = this.outbox.entries.some(
        (entry) => entry.file && entry.state !== "sent",
      );
      if (isPictureLeft) event.preventDefault(); // a browser keeps no picture for the next page
    });
    if (!this.classList.contains("is-part")) {
      sendBeforeSigningOut({
        send: () => this.sendAll(),
        isLeft: () => this.hasUnsent,
        words: this.words.unsent,
      });
    }
  }

  #connect() {
    this.connection = new Connection({
      socket: this.words.socket,
      events: `${this.words.url}events/`,
      position: () => ({ after: this.log.last, epoch: this.log.epoch }),
      heard: (frame) => this.#heard(frame),
      changed: (state) => this.#connectionChanged(state),
    });
    this.#showState();
  }

  /** Where one begins to read: at what is new, or at the message of the address. */
  #begin() {
    this.scroll.toEnd();
    const divider = this.querySelector(".chat-new");
    if (divider) this.scroll.show(divider, { isAlways: false });
    this.#followHash();
    this.#moved();
  }

  #followHash() {
    const [, sequence] = location.hash.match(/^#m(\d+)$/) ?? [];
    if (sequence && !this.classList.contains("is-part")) this.show(Number(sequence));
  }

  // What others use

  /** Begins a question at a place of the course; the place can be taken away again. */
  ask({ content, title, paragraph, second }) {
    if (title) this.view.titles[content] = title;
    this.composer.ask({ content, title, paragraph, second });
  }

  /** Brings a message into view, however old it is. */
  async show(sequence) {
    for (let page = 0; page < FARTHEST && this.#isBefore(sequence); page += 1) {
      if (!(await this.#loadOlder(2 * PAGE))) break;
    }
    if (!this.log.get(sequence)) return;
    this.#reveal(sequence);
    const row = this.querySelector(`#m${sequence}`);
    if (!row) return;
    this.scroll.show(row);
    row.classList.remove("is-shown");
    requestAnimationFrame(() => row.classList.add("is-shown"));
    row.querySelector(".chat-more")?.focus({ preventScroll: true });
  }

  /** What the reader has not seen yet. */
  get unseen() {
    return this.notices.unseen;
  }

  /** The panel is shown, or hidden: only what can be seen is read. */
  shown() {
    this.scroll.toEnd();
    if (this.composer.isTouched) this.querySelector("h2")?.focus({ preventScroll: true });
    else this.composer.focus();
    this.#moved();
  }

  // What comes

  #heard(frame) {
    const hear = {
      hello: () => this.#greeted(frame),
      limited: () => this.#reload(),
      history: () => this.#takeAll(frame.events),
      ack: () => this.#acks.get(frame.client_id)?.resolve(frame),
      error: () => this.#refused(frame),
      presence: () => this.people.present(frame),
      typing: () => this.people.typing(frame),
      mute: () => this.#muted(frame),
    }[frame.type];
    if (hear) hear();
    else if (frame.sequence) this.#takeAll([frame]);
  }

  #greeted(hello) {
    if (hello.user !== this.state.user) {
      this.connection.stop("other-user");
      return;
    }
    const { keeps_order, is_muted, room } = hello;
    Object.assign(this.state, { keeps_order, is_muted });
    this.#showRoom(room);
    if (hello.limited || hello.epoch !== this.log.epoch) this.#reload();
  }

  #muted({ is_muted }) {
    this.state.is_muted = is_muted;
    this.#showRoom(this.state.settings);
  }

  #takeAll(events) {
    let isGap = false;
    const taken = events.filter((event) => {
      const how = this.log.take(event);
      if (how === "gap") isGap = true;
      return how === "taken";
    });
    if (isGap && !this.#isReloading) this.connection.catchUp().catch(() => {});
    if (!taken.length) return;
    const wasAtEnd = this.#isReading;
    for (const event of taken) this.#note(event, wasAtEnd);
    if (this.#hidden === 0) this.log.trim(2 * SHOWN);
    this.#render();
    this.#moved();
  }

  #note(event, isReading) {
    if (event.type === "room") this.#showRoom(event);
    if (event.type === "pin" || event.type === "delete" || event.type === "edit") {
      this.#notePin(event);
    }
    if (event.type !== "message") return;
    if (this.#hidden > 0) this.#hidden += 1;
    this.people.stopped(event.user);
    if (event.user === this.state.user) {
      this.outbox.arrived(event.client_id);
      return;
    }
    if (!isReading && this.notices.unseen === 0) this.divider = event.sequence - 1;
    this.notices.came(event.message, this.view.nameOf(event), isReading);
  }

  #notePin({ type, target, pinned }) {
    const rest = this.pins.filter(({ sequence }) => sequence !== target);
    const message = this.log.get(target);
    if (type === "pin" && pinned && !message) {
      this.#loadPins();
      return;
    }
    if (type === "pin") this.pins = pinned ? [message, ...rest] : rest;
    if (type === "delete") this.pins = rest;
    if (type === "edit") {
      this.pins = this.pins.map((each) => (each.sequence === target && message) || each);
    }
    this.#showPins();
  }

  async #loadPins() {
    try {
      this.pins = (await get(`${this.words.url}pinned/`)).messages;
      this.#showPins();
    } catch {
      // They come with the next page.
    }
  }

  /** Throws away what is here: too much has happened since, or the counting is another one. */
  async #reload() {
    if (this.#isReloading) return;
    this.#isReloading = true;
    try {
      const page = await get(`${this.words.url}messages/?limit=${PAGE}`);
      this.#hidden = 0;
      this.log.load(page);
      this.#arrivedIn(page.messages);
      this.outbox.passed(page.head);
      this.#loadPins();
      this.#render();
      this.#begin();
      this.#isReloading = false;
      this.connection.catchUp().catch(() => {});
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setTimeout(() => !this.connection.isOver && this.#reload(), ACK);
    } finally {
      this.#isReloading = false;
    }
  }

  /** What stands in the list waits no more. */
  #arrivedIn(messages) {
    for (const { client_id: id, user } of messages) {
      if (user === this.state.user) this.outbox.arrived(id);
    }
  }

  // What goes

  /** Whether something of this person is in this window only. */
  get hasUnsent() {
    return this.outbox.entries.some(({ state }) => state !== "sent");
  }

  /** Tries to send what waits. */
  async sendAll() {
    await this.outbox.flush();
  }

  #send(draft) {
    this.divider = undefined;
    this.#hidden = 0;
    this.outbox.add(draft);
    this.#render();
    this.scroll.toEnd();
  }

  async #transport(entry) {
    const sent = await this.#stored(entry);
    // What had been stored before, and told of before, is not told of again.
    if (sent.sequence <= this.log.last) queueMicrotask(() => this.outbox.arrived(entry.client_id));
    return sent;
  }

  async #stored(entry) {
    const { client_id, message, reply_to, content, paragraph, second, file } = entry;
    const frame = defined({ client_id, message, reply_to, content, paragraph, second });
    if (this.connection.isOver) throw new Refusal("unconnected");
    if (file) return this.#uploaded(entry, frame, file);
    if (this.connection.isLive) return this.#overSocket(frame);
    if (this.connection.state !== "polling") throw new Refusal("unconnected");
    const sent = await this.#posted(`${this.words.url}messages/`, frame);
    this.connection.catchUp().catch(() => {});
    return sent;
  }

  async #uploaded(entry, frame, file) {
    if (!navigator.onLine) throw new Refusal("unconnected");
    const fields = { ...frame, picture: file };
    const sent = await upload(`${this.words.url}messages/`, fields, this.state.key, (progress) => {
      entry.progress = progress;
      this.#render();
    });
    if (!this.connection.isLive) this.connection.catchUp().catch(() => {});
    return sent;
  }

  #overSocket(frame) {
    const { client_id: id } = frame;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        settle(reject)(new Refusal("unconnected"));
        this.connection.renew();
      }, ACK);
      const settle = (how) => (value) => {
        clearTimeout(timer);
        this.#acks.delete(id);
        how(value);
      };
      this.#acks.set(id, { resolve: settle(resolve), reject: settle(reject) });
      if (!this.connection.send(frame)) settle(reject)(new Refusal("unconnected"));
    });
  }

  #refused({ client_id: id, code, message, retry_after: seconds }) {
    if (REFUSED.includes(code)) this.#noteRefusal(code);
    this.#acks.get(id)?.reject(new Refusal(code, message, (seconds ?? 0) * 1000));
  }

  #noteRefusal(code) {
    if (code === "muted") this.state.is_muted = true;
    this.#showRoom(this.state.settings);
  }

  #posted(url, fields) {
    return post(url, fields, this.state.key);
  }

  #retry(id) {
    this.connection.wake();
    this.outbox.retry(id);
  }

  #discard(id) {
    const { message } = this.outbox.discard(id) ?? {};
    if (message) this.composer.restore(message);
  }

  #outboxChanged() {
    clearTimeout(this.#stuck);
    const now = Date.now();
    let isWaiting = false;
    for (const entry of this.outbox.entries) {
      entry.isStuck = entry.state === "sending" && now - new Date(entry.at) >= STUCK;
      isWaiting ||= entry.state === "sending" && !entry.isStuck;
    }
    if (isWaiting) this.#stuck = setTimeout(() => this.#outboxChanged(), STUCK / 4);
    this.#render();
  }

  // What is on the page

  #render({ isSticky = true } = {}) {
    if (!this.outbox || !this.view) return;
    const { list } = this.log;
    const end = list.length - this.#hidden;
    const messages = list.slice(Math.max(0, end - SHOWN), end);
    const pending = this.#hidden ? [] : this.outbox.entries;
    const last = list.at(-1);
    const isOwn = last?.user === this.state.user && !last.deleted && !pending.length;
    this.scroll.keep(() => {
      this.view.render({
        messages,
        pending,
        divider: this.divider,
        sent: isOwn ? last.sequence : undefined,
      });
      this.querySelector(".chat-empty").hidden = messages.length + pending.length > 0;
      this.querySelector(".chat-newer")?.remove();
      this.querySelector(".chat-older").hidden = !this.log.hasOlder;
    }, isSticky);
  }

  #isBefore(sequence) {
    const first = this.log.list[0];
    return this.log.hasOlder && first && sequence < first.sequence;
  }

  /** Lets the message be among those that the page has. */
  #reveal(sequence) {
    const { list } = this.log;
    const index = list.findIndex((message) => message.sequence === sequence);
    const end = list.length - this.#hidden;
    if (index < end && index >= end - SHOWN) return;
    this.#hidden = Math.max(0, list.length - index - Math.round(SHOWN / 2));
    this.#render();
  }

  /** Loads the page before the oldest message; gives whether there was one. */
  async #loadOlder(limit = PAGE) {
    const { list } = this.log;
    const start = list.length - this.#hidden - SHOWN;
    if (start > 0) {
      this.#hidden += Math.min(PAGE, start);
      this.#render();
      return true;
    }
    if (this.#isLoading || !this.log.hasOlder || !list.length) return false;
    this.#isLoading = true;
    try {
      const before = list[0].sequence;
      const page = await get(`${this.words.url}messages/?before=${before}&limit=${limit}`);
      if (page.epoch !== this.log.epoch || list[0] !== this.log.list[0]) return false;
      this.log.addOlder(page.messages, page.has_older);
      this.#arrivedIn(page.messages);
      this.#hidden = Math.max(this.#hidden, this.log.list.length - SHOWN, 0);
      this.#render();
      return page.messages.length > 0;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      return false;
    } finally {
      this.#isLoading = false;
    }
  }

  #showNewer() {
    if (this.#hidden === 0) return;
    this.#hidden = Math.max(0, this.#hidden - PAGE);
    this.#render({ isSticky: false });
  }

  #toEnd() {
    this.#hidden = 0;
    this.#render();
    this.scroll.toEnd();
    this.#moved();
    this.composer.focus();
  }

  get #isVisible() {
    return !document.hidden && this.checkVisibility();
  }

  get #isReading() {
    return this.#isVisible && this.scroll.isAtEnd && this.#hidden === 0;
  }

  #moved() {
    const isAtEnd = this.scroll.isAtEnd && this.#hidden === 0;
    if (this.#isReading) this.notices.seen();
    const { unseen } = this.notices;
    const jump = this.querySelector(".chat-jump button");
    jump.hidden = isAtEnd;
    jump.querySelector("span").textContent = unseen
      ? countOf(this.words, unseen)
      : this.words.toEnd;
    if (!this.#isReading || this.read >= this.log.last) return;
    clearTimeout(this.#reading);
    this.#reading = setTimeout(() => this.#markRead(), REST);
  }

  #markRead() {
    const { last } = this.log;
    if (!this.#isReading || this.read >= last) return;
    if (this.connection.send({ type: "read", sequence: last })) {
      this.read = last;
      return;
    }
    if (this.connection.state !== "polling") return;
    this.read = last;
    this.#posted(`${this.words.url}read/`, { sequence: last }).catch(() => {});
  }

  #connectionChanged(state) {
    if (state !== "live") {
      for (const { reject } of this.#acks.values()) reject(new Refusal("unconnected"));
      this.people.gone();
    }
    if (state === "live" || state === "polling") {
      this.outbox.flush();
      this.#moved();
    }
    if (OVER.includes(state)) this.composer.close();
    this.#showState();
  }

  /** Says how the connection is; a short break is not worth a word. */
  #showState() {
    const line = this.querySelector(".chat-state");
    const state = this.connection?.state ?? "connecting";
    clearTimeout(this.#slow);
    const say = () => {
      line.dataset.state = state;
      const words = this.words[WORDS[state]] ?? "";
      if (line.textContent !== words) line.textContent = words;
    };
    if (state === "lost" && navigator.onLine) this.#slow = setTimeout(say, PATIENCE);
    else say();
  }

  #showRoom({ closed, slow_seconds, shows_people }) {
    const { state } = this;
    state.settings = { closed, slow_seconds, shows_people };
    const isKeeper = state.keeps_order || state.role === "instructor";
    const isMuted = state.is_muted && !isKeeper;
    this.querySelector(".chat-closed").hidden = !closed;
    this.querySelector(".chat-muted").hidden = !isMuted;
    const slow = this.querySelector(".chat-slow");
    slow.hidden = !slow_seconds;
    slow.querySelector("p").textContent = fill(this.words.slow, { seconds: slow_seconds });
    this.composer.form.hidden = isMuted || (closed && !isKeeper);
    this.people.show(shows_people);
  }

  get #isShowingPeople() {
    return this.state.settings.shows_people;
  }

  #showPins() {
    const box = this.querySelector(".chat-pinned");
    box.hidden = this.pins.length === 0;
    box.querySelector(".chat-pinned-count").textContent = String(this.pins.length);
    const rows = this.pins.map((message) => this.view.pinned(message));
    box.querySelector("ul").replaceChildren(...rows);
  }

  #titlesOfOutline() {
    const links = document.querySelectorAll(".reader-modules a[href*='/content/']");
    const titles = [...links].map((link) => [link.href.match(/content\/(\d+)/)?.[1], link]);
    return Object.fromEntries(titles.map(([key, link]) => [key, titleOf(link)]));
  }

  // What may be done with a message

  #openMenu(message, button) {
    const signs = this.state.signs.map((sign) => {
      const isOn = Boolean(message.reactions?.[sign]?.includes(this.state.user));
      return { sign, isOn, act: () => this.#act(message, "react", { sign, on: !isOn }) };
    });
    const items = this.#itemsFor(message);
    const detail = { message, items };
    this.dispatchEvent(new CustomEvent("educa:chat-menu", { bubbles: true, detail }));
    this.menu.open(button, signs, items);
  }

  #itemsFor(message) {
    const { words } = this;
    const isOwn = message.user === this.state.user;
    const isKeeper = this.state.keeps_order;
    const pin = message.pinned ? words.unpin : words.pin;
    const items = [
      { label: words.reply, icon: "reply", act: () => this.composer.reply(message) },
      message.message && { label: words.copy, icon: "copy", act: () => this.#copy(message) },
      this.#isEditable(message) && {
        label: words.edit,
        icon: "pencil",
        act: () => this.composer.edit(message),
      },
      isKeeper && {
        label: pin,
        icon: "pin",
        act: () => this.#act(message, "pin", { on: !message.pinned }),
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
    const until = new Date(datetime).getTime() + this.state.edit_minutes * MINUTE;
    return user === this.state.user && !deleted && Date.now() < until;
  }

  #editLast() {
    const last = this.log.list.findLast((message) => this.#isEditable(message));
    if (last) this.composer.edit(last);
    return Boolean(last);
  }

  /** Gives whether it was done; why not is said beside the field. */
  async #act(message, verb, fields = {}) {
    const url = `${this.words.url}messages/${message.sequence}/${verb}/`;
    return this.#do(url, fields);
  }

  async #do(url, fields, done = "") {
    try {
      await this.#posted(url, fields);
      if (done) this.querySelector(".chat-told").textContent = done;
      if (!this.connection.isLive) this.connection.catchUp().catch(() => {});
      return true;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.composer.refuse(refusal.words || this.words[ACTED[refusal.code]] || this.words.notDone);
      return false;
    }
  }

  async #delete(message) {
    const answer = await askIn(this.querySelector(".chat-ask-delete"));
    if (answer) this.#act(message, "delete");
  }

  async #report(message) {
    const answer = await askIn(this.querySelector(".chat-ask-report"));
    if (!answer) return;
    const url = `${this.words.url}messages/${message.sequence}/report/`;
    this.#do(url, { reason: answer.get("reason") }, this.words.reported);
  }

  async #mute(message) {
    this.querySelector(".chat-mute-name").textContent = this.view.nameOf(message);
    const answer = await askIn(this.querySelector(".chat-ask-mute"));
    if (!answer) return;
    const fields = { user: message.user, minutes: answer.get("minutes") };
    this.#do(`${this.words.url}mute/`, fields, this.words.mutedNow);
  }

  async #copy({ message }) {
    try {
      await navigator.clipboard.writeText(message);
      this.querySelector(".chat-told").textContent = this.words.copied;
    } catch {
      this.composer.refuse(this.words.notDone);
    }
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

const WORDS = {
  connecting: "connecting",
  live: "live",
  polling: "polling",
  lost: "lost",
  "signed-out": "signedOut",
  removed: "removedFromRoom",
  "other-user": "otherUser",
};
const ACTED = { offline: "offline", "signed-out": "signedOut", "no-room": "removedFromRoom" };

function titleOf(link) {
  return link.querySelector("bdi")?.textContent ?? link.textContent.trim();
}

function defined(fields) {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
}

customElements.define("chat-room", ChatRoom);
