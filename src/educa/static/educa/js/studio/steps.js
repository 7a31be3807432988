/** Sends what an instructor does to the server, one step after another. */

const PATIENCE = 30_000; // milliseconds
const REASONS = { 400: "refused", 403: "forbidden", 404: "gone", 409: "changed" };

let last = Promise.resolve();

/** A step that was not taken: `reason` for scripts, `words` for people, from the page's `#step-words`. */
export class StepFailed extends Error {
  constructor(reason, words = "") {
    super(reason);
    this.reason = reason;
    this.words = words || document.getElementById("step-words")?.dataset[reason] || reason;
  }
}

/** Posts the fields, and gives the JSON of the answer. Throws StepFailed. */
export function post(url, fields = {}) {
  return inTurn(async () => {
    const headers = { Accept: "application/json", "X-CSRFToken": token() };
    const response = await ask(url, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers,
    });
    return response.json();
  });
}

/** Gives the text of a page, or of a piece of one. Throws StepFailed. */
export function get(url) {
  return inTurn(async () => (await ask(url, { headers: { Accept: "text/html" } })).text());
}

function inTurn(step) {
  const turn = last.then(step);
  last = turn.catch(() => {});
  return turn;
}

async function ask(url, options) {
  if (!navigator.onLine) throw new StepFailed("offline");
  let response;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    response = await fetch(url, { ...options, redirect: "manual", signal });
  } catch {
    throw new StepFailed("unreachable");
  }
  if (response.type === "opaqueredirect") throw new StepFailed("signedOut");
  if (!response.ok) throw await failureOf(response);
  return response;
}

async function failureOf(response) {
  const reason = REASONS[response.status] ?? "broken";
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const errors = isJson ? (await response.json()).errors : {};
  return new StepFailed(
    reason,
    Object.values(errors ?? {})
      .flat()
      .join(" "),
  );
}

/** The token is read when it is sent: signing in again in another tab changes it. */
export function token() {
  const cookie = document.cookie.match(/(?:^|; )(?:__Host-)?csrf=([^;]+)/);
  return cookie?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}
