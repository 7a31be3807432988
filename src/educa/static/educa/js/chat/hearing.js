import { Failure, getJSON } from "../requests.js";
import { Connection } from "./connection.js";

const RETRY = 10_000; // milliseconds until a list that could not be loaded is asked for again
const SILENCED = ["closed", "muted"]; // codes with which the socket refuses a message
const OVER = ["signed-out", "removed", "other-user"];
const OF_PINS = ["pin", "delete", "edit"];

/** Takes in what the room tells, in the order of its log, and hands it to the parts that it is for. */
export class Hearing {
  #room;
  #isReloading = false;

  constructor(room) {
    this.#room = room;
  }

  /** Connects with the room; gives the connection. */
  connect() {
    const { log, standing, words } = this.#room;
    standing.showConnection("connecting");
    return new Connection({
      socket: words.socket,
      events: `${words.url}events/`,
      position: () => ({ after: log.last, epoch: log.epoch }),
      heard: (frame) => this.#heard(frame),
      changed: (state) => this.#connectionChanged(state),
    });
  }

  /** Throws away what is here: too much has happened since, or the counting is another one. */
  async reload() {
    if (this.#isReloading) return;
    this.#isReloading = true;
    const { connection, messages } = this.#room;
    try {
      this.#begin(await getJSON(messages.newest));
      this.#isReloading = false;
      connection.catchUp().catch(() => {});
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      setTimeout(() => !connection.isOver && this.reload(), RETRY);
    } finally {
      this.#isReloading = false;
    }
  }

  #begin(page) {
    const { log, messages, pins, sending } = this.#room;
    messages.unhideEnd();
    log.load(page);
    sending.arrivedIn(page.messages);
    sending.passed(page.head);
    pins.load();
    messages.render();
    this.#room.begin();
  }

  #heard(frame) {
    const { people, sending } = this.#room;
    const hear = {
      hello: () => this.#greeted(frame),
      limited: () => this.reload(),
      history: () => this.#takeAll(frame.events),
      ack: () => sending.acknowledged(frame),
      error: () => this.#refused(frame),
      presence: () => people.present(frame),
      typing: () => people.typing(frame),
      mute: () => this.#muted(frame.is_muted),
    }[frame.type];
    if (hear) hear();
    else if (frame.sequence) this.#takeAll([frame]);
  }

  #greeted(hello) {
    const { connection, log, standing, state } = this.#room;
    if (hello.user !== state.user) {
      connection.stop("other-user");
      return;
    }
    const { keeps_order, is_muted, room } = hello;
    Object.assign(state, { keeps_order, is_muted });
    standing.takeSettings(room);
    if (hello.limited || hello.epoch !== log.epoch) this.reload();
  }

  #muted(isMuted) {
    this.#room.state.is_muted = isMuted;
    this.#room.standing.showSettings();
  }

  #refused(frame) {
    if (frame.code === "muted") this.#room.state.is_muted = true;
    if (SILENCED.includes(frame.code)) this.#room.standing.showSettings();
    this.#room.sending.refused(frame);
  }

  #takeAll(events) {
    const { connection, log, messages, reading } = this.#room;
    let isGap = false;
    const taken = events.filter((event) => {
      const how = log.take(event);
      if (how === "gap") isGap = true;
      return how === "taken";
    });
    if (isGap && !this.#isReloading) connection.catchUp().catch(() => {});
    if (!taken.length) return;
    const wasReading = reading.isNow;
    for (const event of taken) this.#take(event, wasReading);
    messages.trim();
    messages.render();
    reading.moved();
  }

  #take(event, isReading) {
    const { messages, people, pins, reading, sending, standing, state } = this.#room;
    if (event.type === "room") standing.takeSettings(event);
    if (OF_PINS.includes(event.type)) pins.take(event);
    if (event.type !== "message") return;
    messages.grew();
    people.stopped(event.user);
    if (event.user === state.user) sending.arrivedIn([event]);
    else reading.came(event, isReading);
  }

  #connectionChanged(state) {
    const { composer, people, reading, sending, standing } = this.#room;
    if (state !== "live") {
      sending.disconnected();
      people.gone();
    }
    if (state === "live" || state === "polling") {
      sending.flush();
      reading.moved();
    }
    if (OVER.includes(state)) composer.close();
    standing.showConnection(state);
  }
}
