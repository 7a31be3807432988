/** Asks for lessons, and reports what happened in them. */

import { token } from "../studio/steps.js";

const PATIENCE = 20_000; // milliseconds

/** A request without an answer that helps: `reason` is "offline", "signedOut", "refused" or "broken". */
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
  const headers = {
    "Content-Type": "application/json",
    "X-CSRFToken": token(),
    "X-Educa-User": user,
  };
  const body = JSON.stringify(event);
  return ask(url, { method: "POST", headers, body, keepalive }, (response) => response.json());
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
  const isSomebodyElse = response.status === 409;
  if (response.type === "opaqueredirect" || isSomebodyElse) return new Failure("signedOut");
  const isRefused = response.status >= 400 && response.status < 500 && response.status !== 429;
  return new Failure(isRefused ? "refused" : "broken");
}
