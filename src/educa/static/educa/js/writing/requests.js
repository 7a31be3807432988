/** Questions to the server while somebody writes, and why some have no answer. */

import { token } from "../studio/steps.js";

const REASONS = { 403: "forbidden", 404: "gone", 409: "elsewhere", 413: "tooLong", 429: "busy" };

/** A question without an answer: `reason` says why, and `answer` is what the server said of it. */
export class Unanswered extends Error {
  constructor(reason, answer = {}) {
    super(reason);
    this.reason = reason;
    this.answer = answer;
  }
}

/** Posts the fields, and gives the JSON of the answer. Throws Unanswered, or AbortError when told to stop. */
export async function ask(url, fields, options = {}) {
  const post = { method: "POST", body: new URLSearchParams(fields), ...options };
  let response = await answered(url, post);
  if (response.status === 403 && (await isAllowed())) response = await answered(url, post);
  const answer = parsed(await response.text());
  if (!response.ok) throw new Unanswered(REASONS[response.status] ?? "unreachable", answer);
  return answer;
}

async function answered(url, options) {
  let response;
  try {
    response = await fetch(url, { ...options, headers: headers(), redirect: "manual" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unanswered(navigator.onLine ? "unreachable" : "offline");
  }
  if (response.type === "opaqueredirect") throw new Unanswered("signedOut");
  return response;
}

/**
 * Whether this page may still be opened: then only the token was an old one, and there is a new one now.
 *
 * Throws Unanswered when one is not signed in any more.
 */
async function isAllowed() {
  return (await answered(location.pathname, { method: "HEAD" })).ok;
}

/**
 * Sends a file, tells `progress` how much of it is there (0 to 1), and gives the JSON of the answer.
 *
 * Throws Unanswered, also with the reason "cancelled" when told to stop, or "refused" with the words of
 * the server in the answer.
 */
export function send(url, file, { progress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (reason, answer) => reject(new Unanswered(reason, answer));
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded / total));
    request.addEventListener("load", () => {
      if (request.responseURL !== new URL(url, location.href).href) return fail("signedOut");
      const answer = parsed(request.responseText);
      if (request.status === 201) return resolve(answer);
      return fail(answer.errors ? "refused" : (REASONS[request.status] ?? "unreachable"), answer);
    });
    request.addEventListener("error", () => fail(navigator.onLine ? "unreachable" : "offline"));
    request.addEventListener("abort", () => fail("cancelled"));
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    const body = new FormData();
    body.append("file", file, file.name);
    request.send(body);
  });
}

function headers() {
  return { Accept: "application/json", "X-CSRFToken": token() };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
