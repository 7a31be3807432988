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
  const response = await ask(url, { headers: { Accept: "text/html", ...headers } });
  return response.text();
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
  return (await ask(url, { method: "POST", headers, body, keepalive })).json();
}

async function ask(url, options) {
  let response;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    response = await fetch(url, { ...options, redirect: "manual", signal });
  } catch {
    throw new Failure("offline");
  }
  if (response.ok) return response;
  const isSomebodyElse = response.status === 409;
  if (response.type === "opaqueredirect" || isSomebodyElse) throw new Failure("signedOut");
  const isRefused = response.status >= 400 && response.status < 500 && response.status !== 429;
  throw new Failure(isRefused ? "refused" : "broken");
}
