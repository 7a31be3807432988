/** Asks the server for something, and says in one way why it was not done. */

const PATIENCE = 20_000; // milliseconds after which an answer is not waited for any more
const REASONS = {
  400: "refused",
  401: "signedOut",
  403: "forbidden",
  404: "gone",
  409: "changed",
  413: "tooLarge",
  415: "refused",
  429: "busy",
};
const SIGNED_OUT = new Set(["signed-out", "somebody-else"]); // codes of the server

/** What is asked for JSON says so: else a refusal would be a page. */
export const JSON_ONLY = { Accept: "application/json" };

/**
 * Something that was asked for and not done. `reason` is "offline" or "unreachable" (no answer came, or half of
 * one), "unconnected" (the socket that it would go by is not there), "cancelled" (by who asked), "signedOut" (so is
 * this person, or somebody else is signed in), "refused", "forbidden", "gone", "changed", "tooLarge", "busy", or
 * "broken" (anything else).
 *
 * `answer` is what the server said of it, with a `code` for scripts and `words` for people, where it gave such;
 * `wait` are the milliseconds after which another try makes sense.
 */
export class Failure extends Error {
  constructor(reason, answer = {}, seconds = 0) {
    super(reason);
    const { error, code } = answer;
    this.answer = answer;
    this.code = error?.code ?? code;
    this.reason = SIGNED_OUT.has(this.code) ? "signedOut" : reason;
    this.words = wordsOf(answer);
    this.wait = 1000 * (seconds || error?.retry_after || 0);
  }

  /** Whether the server may have heard nothing of it. */
  get isUnanswered() {
    return this.reason === "offline" || this.reason === "unreachable";
  }
}

/** Gives the HTML of a page, or of a part of one. Throws Failure. */
export function getText(url, headers = {}) {
  return ask(url, { headers: { Accept: "text/html", ...headers } }, (response) => response.text());
}

/** Gives the JSON at this address. Throws Failure. */
export function getJSON(url) {
  return ask(url, { headers: JSON_ONLY }, (response) => response.json());
}

/** Posts fields as a form does, and gives the JSON of the answer; options as for `ask`. Throws Failure. */
export function post(url, fields = {}, options = {}) {
  const body = new URLSearchParams(fields);
  body.delete("csrfmiddlewaretoken"); // which may be an old one, and would be believed before the header
  return change(url, { ...options, headers: JSON_ONLY, body });
}

/** As `post`, but what is posted is JSON. Throws Failure. */
export function postJSON(url, value, options = {}) {
  const headers = { ...JSON_ONLY, "Content-Type": "application/json" };
  return change(url, { ...options, headers, body: JSON.stringify(value) });
}

/**
 * Asks, and gives what `read` makes of the answer. Throws Failure.
 *
 * The options are those of `fetch`, with `user`, for whom it is done: the server does nothing for who is somebody
 * else by now; and `patience` in milliseconds.
 */
export async function ask(url, options = {}, read = (response) => response) {
  const { user, patience = PATIENCE, signal, ...rest } = options;
  const late = AbortSignal.timeout(patience);
  try {
    const response = await fetch(url, {
      ...rest,
      headers: { ...headersOf(rest.method, user), ...rest.headers },
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    if (response.ok) return await read(response);
    throw await failureOf(response);
  } catch (error) {
    if (error instanceof Failure) throw error;
    // What is no JSON is of a network that wants to be signed in to.
    throw error instanceof SyntaxError ? new Failure("broken") : unanswered(signal);
  }
}

/** The token is read when it is sent: signing in again in another tab changes it. */
export function token() {
  const cookie = document.cookie.match(/(?:^|; )(?:__Host-)?csrf=([^;]+)/);
  return cookie?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

async function change(url, options) {
  const send = () => ask(url, { ...options, method: "POST" }, (response) => response.json());
  const csrf = token();
  try {
    return await send();
  } catch (failure) {
    const isOver = failure.code !== "csrf" || options.keepalive;
    if (isOver || !(await isRenewed(csrf))) throw failure;
    return send();
  }
}

/** Whether the token was an old one: any page brings the one that holds now. Throws Failure when signed out. */
async function isRenewed(csrf) {
  try {
    await ask(location.pathname, { method: "HEAD", headers: { "X-Educa-Prefetch": "1" } });
  } catch (failure) {
    if (failure.reason === "signedOut") throw failure;
  }
  return token() !== csrf;
}

/** What a request of this method tells of the person: for whom it is done, and that it comes of our pages. */
export function headersOf(method = "GET", user = undefined) {
  const person = user === undefined ? {} : { "X-Educa-User": user };
  const isSafe = method === "GET" || method === "HEAD";
  return isSafe ? person : { ...person, "X-CSRFToken": token() };
}

/** The failure of a request without an answer, which `signal` may have stopped. */
export function unanswered(signal) {
  if (signal?.aborted) return new Failure("cancelled");
  return new Failure(navigator.onLine ? "unreachable" : "offline");
}

async function failureOf(response) {
  if (response.type === "opaqueredirect") return new Failure("signedOut");
  const answer = parsed(await response.text());
  return failed(response.status, answer, response.headers.get("Retry-After"));
}

/** The failure that an answer tells of: its status, its JSON, and its `Retry-After`. */
export function failed(status, answer, seconds) {
  return new Failure(REASONS[status] ?? "broken", answer, Number(seconds) || 0);
}

/** What is in the text; nothing where it is no JSON. */
export function parsed(text) {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Of one error, or of those of fields; each is words, or has a message. */
function wordsOf({ error, errors }) {
  if (error) return error.message ?? error;
  const all = Object.values(errors ?? {}).flat();
  return all.map((each) => each.message ?? each).join(" ");
}
