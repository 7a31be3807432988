import { postWithFile } from "../file-requests.js";
import { Failure, post } from "../requests.js";
import { Outbox } from "./outbox.js";

const ACK = 10_000; // milliseconds until a socket that acknowledges nothing is given up
const STUCK = 8_000; // milliseconds after which one is told that a message is still here

/** What this person says, on its way to the room: by the socket, or by a request where it has a file or there is none. */
export class Sending {
  #room;
  #outbox;
  #acks = new Map(); // what waits for an acknowledgement, by client_id
  #stuck;

  constructor(room) {
    this.#room = room;
    this.#outbox = new Outbox({
      user: room.state.key,
      room: room.state.room,
      transport: (entry) => this.#transport(entry),
      changed: () => this.#changed(),
    });
    addEventListener("beforeunload", (event) => {
      const isPictureLeft = this.entries.some((entry) => entry.file && entry.state !== "sent");
      if (isPictureLeft) event.preventDefault(); // a browser keeps no picture for the next page
    });
  }

  /** What is on its way, or failed. */
  get entries() {
    return this.#outbox.entries;
  }

  /** Whether something is in this window only. */
  get isLeft() {
    return this.entries.some(({ state }) => state !== "sent");
  }

  add(draft) {
    this.#outbox.add(draft);
  }

  /** Tries to send what waits. */
  flush() {
    return this.#outbox.flush();
  }

  retry(id) {
    this.#room.connection.wake();
    this.#outbox.retry(id);
  }

  /** Gives back to the field what is not to be sent. */
  discard(id) {
    const { message } = this.#outbox.discard(id) ?? {};
    if (message) this.#room.composer.restore(message);
  }

  /** What stands in the list waits no more. */
  arrivedIn(messages) {
    for (const { client_id: id, user } of messages) {
      if (user === this.#room.state.user) this.#outbox.arrived(id);
    }
  }

  /** The list has all up to this number. */
  passed(sequence) {
    this.#outbox.passed(sequence);
  }

  /** The socket says that a message is stored. */
  acknowledged(frame) {
    this.#acks.get(frame.client_id)?.resolve(frame);
  }

  /** The socket says why one is not. */
  refused(frame) {
    this.#acks.get(frame.client_id)?.reject(new Failure("refused", { error: frame }));
  }

  /** The socket is gone: nothing on it is acknowledged any more. */
  disconnected() {
    for (const { reject } of this.#acks.values()) reject(new Failure("unconnected"));
  }

  async #transport(entry) {
    const sent = await this.#stored(entry);
    // What had been stored before, and told of before, is not told of again.
    if (sent.sequence <= this.#room.log.last) {
      queueMicrotask(() => this.#outbox.arrived(entry.client_id));
    }
    return sent;
  }

  async #stored(entry) {
    const { client_id, message, reply_to, content, paragraph, second, file } = entry;
    const { connection } = this.#room;
    const frame = defined({ client_id, message, reply_to, content, paragraph, second });
    if (connection.isOver) throw new Failure("unconnected");
    if (file) return this.#withFile(entry, frame);
    if (connection.isLive) return this.#overSocket(frame);
    if (connection.state !== "polling") throw new Failure("unconnected");
    const sent = await post(this.#address, frame, { user: this.#room.state.key });
    connection.catchUp().catch(() => {});
    return sent;
  }

  get #address() {
    return `${this.#room.words.url}messages/`;
  }

  async #withFile(entry, frame) {
    if (!navigator.onLine) throw new Failure("unconnected");
    const { connection, messages, state } = this.#room;
    const progress = (share) => {
      entry.progress = share;
      messages.render();
    };
    const fields = { ...frame, picture: entry.file };
    const sent = await postWithFile(this.#address, fields, { user: state.key, progress });
    if (!connection.isLive) connection.catchUp().catch(() => {});
    return sent;
  }

  #overSocket(frame) {
    const { client_id: id } = frame;
    const { connection } = this.#room;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        settle(reject)(new Failure("unconnected"));
        connection.renew();
      }, ACK);
      const settle = (how) => (value) => {
        clearTimeout(timer);
        this.#acks.delete(id);
        how(value);
      };
      this.#acks.set(id, { resolve: settle(resolve), reject: settle(reject) });
      if (!connection.send(frame)) settle(reject)(new Failure("unconnected"));
    });
  }

  #changed() {
    clearTimeout(this.#stuck);
    const now = Date.now();
    let isWaiting = false;
    for (const entry of this.entries) {
      entry.isStuck = entry.state === "sending" && now - new Date(entry.at) >= STUCK;
      isWaiting ||= entry.state === "sending" && !entry.isStuck;
    }
    if (isWaiting) this.#stuck = setTimeout(() => this.#changed(), STUCK / 4);
    this.#room.messages.render();
  }
}

function defined(fields) {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
}
