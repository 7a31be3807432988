/** Questions to the server about a room, and why some are not answered as one wished. */

import { token } from "../studio/steps.js";

const PATIENCE = 20_000; // milliseconds
const STALLED = 40_000; // milliseconds in which nothing of a file goes out, or no answer comes

/**
 * Something was not done. `code` is that of the server, or "offline" (it could not be reached), "broken" (it
 * failed; another try may help), "signed-out" or "removed" (this person may not enter any more). `words` are the
 * server's; `wait` milliseconds until another try makes sense.
 */
export class Refusal extends Error {
  constructor(code, words = "", wait = 0) {
    super(code);
    this.code = code;
    this.words = words;
    this.wait = wait;
  }

  /** Whether the same question may be answered later. */
  get isPassing() {
    return this.code === "offline" || this.code === "broken";
  }
}

/** Gives the JSON at this address. Throws Refusal. */
export function get(url) {
  return ask(url, { headers: { Accept: "application/json" } });
}

/** Posts the fields for this person and gives the JSON of the answer. Throws Refusal. */
export async function post(url, fields, user) {
  const send = () =>
    ask(url, { method: "POST", body: new URLSearchParams(fields), headers: headersFor(user) });
  const csrf = token();
  try {
    return await send();
  } catch (refusal) {
    if (refusal.code !== "removed" || !(await isRenewed(csrf))) throw refusal;
    return send();
  }
}

/** Posts the fields with a file and tells `progress` how much is there (0 to 1). Throws Refusal. */
export function upload(url, fields, user, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stalled;
    const wait = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED);
    };
    request.open("POST", url);
    for (const [name, value] of Object.entries(headersFor(user))) {
      request.setRequestHeader(name, value);
    }
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      wait();
      progress(loaded / total);
    });
    request.addEventListener("loadend", () => clearTimeout(stalled));
    request.addEventListener("error", () => reject(new Refusal("offline")));
    request.addEventListener("abort", () => reject(new Refusal("offline")));
    request.addEventListener("load", () => {
      if (request.responseURL !== new URL(url, location.href).href) {
        reject(new Refusal("signed-out"));
        return;
      }
      const answer = parsed(request.responseText);
      if (request.status < 300) resolve(answer);
      else reject(refusalOf(request.status, answer));
    });
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    wait();
    request.send(body);
  });
}

async function ask(url, options) {
  let response;
  let text;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    response = await fetch(url, { ...options, redirect: "manual", signal });
    text = await response.text();
  } catch {
    throw new Refusal("offline");
  }
  if (response.type === "opaqueredirect") throw new Refusal("signed-out");
  const answer = parsed(text);
  if (!response.ok) throw refusalOf(response.status, answer);
  if (answer === undefined) throw new Refusal("broken");
  return answer;
}

function headersFor(user) {
  return { Accept: "application/json", "X-CSRFToken": token(), "X-Educa-User": String(user) };
}

/** Whether the token was an old one: any page brings the one that holds now. */
async function isRenewed(csrf) {
  await fetch(location.pathname, { method: "HEAD", redirect: "manual" }).catch(() => {});
  return token() !== csrf;
}

function refusalOf(status, answer) {
  const { code, message, retry_after: seconds } = answer?.error ?? {};
  if (code === "somebody-else") return new Refusal("signed-out", message);
  if (code) return new Refusal(code, message, (seconds ?? 0) * 1000);
  if (status === 401 || status === 409) return new Refusal("signed-out");
  if (status === 403 || status === 404) return new Refusal("removed");
  return new Refusal(status === 413 ? "too-long" : "broken");
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
