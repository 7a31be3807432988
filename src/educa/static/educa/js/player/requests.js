/** Asks for lessons, and reports what happened in them. */

import { token } from "../studio/steps.js";

const PATIENCE = 20_000; // milliseconds
const REASONS = {
  400: "refused",
  403: "closed",
  404: "closed",
  409: "signedOut", // somebody else is signed in
  413: "refused",
  415: "refused",
};

/**
 * A request without an answer that helps: `reason` is "offline", "signedOut", "refused" (and always will be),
 * "closed" (it may be open again later) or "broken".
 */
export class Failure extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** Gives the HTML of one part of a page. Throws Failure. */
export async function get(url, headers = {}) {
  const options = { headers: { Accept: "text/html", ...headers } };
  return ask(url, options, (response) => response.text());
}

/**
 * Posts what happened to this person and gives the JSON of the answer; with `keepalive` even when the page
 * goes away. The server takes nothing from who is somebody else by now. Throws Failure.
 */
export async function post(url, event, { user, keepalive = false }) {
  const headers = { "Content-Type": "application/json", "X-Educa-User": user };
  const body = JSON.stringify(event);
  const send = (csrf) => {
    const options = {
      method: "POST",
      headers: { ...headers, "X-CSRFToken": csrf },
      body,
      keepalive,
    };
    return ask(url, options, (response) => response.json());
  };
  const csrf = token();
  try {
    return await send(csrf);
  } catch (failure) {
    if (failure.reason !== "closed" || keepalive || !(await isRenewed(csrf))) throw failure;
    return send(token());
  }
}

/** Whether the token was an old one: any page brings the one that holds now. */
async function isRenewed(csrf) {
  const headers = { "X-Educa-Prefetch": "1" };
  await ask(location.pathname, { method: "HEAD", headers }, () => true);
  return token() !== csrf;
}

/** Asks, and reads the body: it may break off, too, or be of a network that wants to be signed in to. */
async function ask(url, options, read) {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(url, { ...options, redirect: "manual", signal });
    if (response.ok) return await read(response);
    throw failureOf(response);
  } catch (failure) {
    if (failure instanceof Failure) throw failure;
    throw new Failure(failure instanceof SyntaxError ? "broken" : "offline");
  }
}

function failureOf(response) {
  const isElsewhere = response.type === "opaqueredirect";
  return new Failure(isElsewhere ? "signedOut" : (REASONS[response.status] ?? "broken"));
}
