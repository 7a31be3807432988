import { defaultOptions, Upload } from "../../vendor/tus/tus.min.js";
import { addToken, CheckedRequests, checkAnswer, SignedOut } from "./requests.js";

const PART = 8 * 2 ** 20; // bytes
const PAUSES = [0, 1000, 3000, 5000, 10_000, 20_000]; // milliseconds between tries
const GARBLED = 460;
const AGAIN = new Set([409, 423, GARBLED]);
const REFUSED = new Set([400, 413, 415]); // whatever one does
const REASONS = {
  403: "forbidden",
  404: "gone",
  413: "tooLarge",
  429: "tooMany",
  503: "busy",
  507: "full",
};

/**
 * One file on its way to the server, in parts that can be gone on with.
 *
 * Its `state` is waiting, sending, paused, offline, failed, refused, sent or canceled; each change is an
 * event `change`. A failed or refused one has a `reason`, and `words` where the server gave some.
 */
export class Transfer extends EventTarget {
  state = "waiting";
  sent = 0;
  reason = "";
  words = "";
  #upload;

  constructor(file, { endpoint, about = {} }) {
    super();
    this.file = file;
    this.#upload = new Upload(file, {
      endpoint,
      metadata: { filename: file.name, ...about },
      chunkSize: PART,
      retryDelays: PAUSES,
      removeFingerprintOnSuccess: true,
      fingerprint: async () => fingerprintOf(file, endpoint),
      httpStack: new CheckedRequests(),
      onBeforeRequest: addToken,
      onAfterResponse: checkAnswer,
      onShouldRetry: isWorthAnotherTry,
      onProgress: (sent) => this.#progress(sent),
      onSuccess: () => this.#become("sent"),
      onError: (error) => this.#fail(error),
    });
    window.addEventListener("offline", this.#wentOffline);
    window.addEventListener("online", this.#cameOnline);
  }

  get name() {
    return this.file.name;
  }

  get size() {
    return this.file.size;
  }

  /** What the server calls it; known once it has begun. */
  get key() {
    return this.#upload.url?.split("/").at(-2) ?? "";
  }

  get isActive() {
    return ["waiting", "sending", "paused", "offline"].includes(this.state);
  }

  /** Begins, or goes on with what was begun, perhaps long ago on this page. */
  async start() {
    this.#become("sending");
    if (!this.#upload.url) {
      const [before] = await this.#upload.findPreviousUploads();
      if (before) this.#upload.resumeFromPreviousUpload(before);
    }
    if (this.state === "sending") this.#upload.start();
  }

  pause() {
    this.#upload.abort();
    this.#become("paused");
  }

  /** Waits for a place among those that are sent. */
  queue() {
    this.#become("waiting");
  }

  /** Stops for good; nothing is left on the server. */
  cancel() {
    this.#become("canceled");
    // Where the server can't be told, it gives the upload up by itself after a day.
    this.#upload.abort(true).catch(() => {});
  }

  #wentOffline = () => {
    if (this.state !== "sending") return;
    this.#upload.abort();
    this.#become("offline");
  };

  #cameOnline = () => {
    if (this.state === "offline") this.start();
  };

  #progress(sent) {
    this.sent = sent;
    if (this.state === "sending") this.dispatchEvent(new Event("change"));
  }

  #become(state) {
    this.state = state;
    if (!this.isActive && state !== "failed") {
      window.removeEventListener("offline", this.#wentOffline);
      window.removeEventListener("online", this.#cameOnline);
    }
    this.dispatchEvent(new Event("change"));
  }

  #fail(error) {
    const response = error.originalResponse;
    if (!response && !navigator.onLine) return this.#become("offline");
    this.reason = reasonOf(error, response);
    this.words = wordsOf(response);
    this.#become(REFUSED.has(response?.getStatus()) ? "refused" : "failed");
  }
}

/** By what a file is known again when it is chosen once more. */
function fingerprintOf(file, endpoint) {
  return [endpoint, file.name, file.size, file.lastModified].join(" ");
}

function isWorthAnotherTry(error) {
  if (error.causingError instanceof SignedOut || isUnreadable(error)) return false;
  const status = error.originalResponse?.getStatus() ?? 0;
  const isOurs = status >= 400 && status < 500;
  return navigator.onLine && (!isOurs || AGAIN.has(status));
}

function isUnreadable(error) {
  return error.causingError instanceof DOMException && error.causingError.name !== "AbortError";
}

function reasonOf(error, response) {
  if (error.causingError instanceof SignedOut) return "signedOut";
  if (isUnreadable(error)) return "unreadable";
  return response ? (REASONS[response.getStatus()] ?? "broken") : "unreachable";
}

function wordsOf(response) {
  try {
    return Object.values(JSON.parse(response.getBody()).errors).flat().join(" ");
  } catch {
    return "";
  }
}

/** What was begun and not ended in this browser; storage may be forbidden. */
export async function unfinished(endpoint) {
  const all = (await defaultOptions.urlStorage.findAllUploads()) ?? [];
  return all.filter((each) => each.urlStorageKey.startsWith(`tus::${endpoint} `));
}

/** Forgets one of these. */
export function forget(entry) {
  return defaultOptions.urlStorage.removeUpload(entry.urlStorageKey);
}
