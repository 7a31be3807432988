import { Failure, failed, headersOf, JSON_ONLY, parsed, unanswered } from "./requests.js";

const STALLED = 60_000; // milliseconds in which nothing of a file goes out, or no answer comes

/**
 * Posts fields with a file, tells `progress` how much is there (0 to 1), and gives the JSON of the answer.
 *
 * Throws Failure; "cancelled" when `signal` said so. For `user` see `ask`.
 */
export function postWithFile(url, fields, { user, progress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // `fetch` does not tell what has gone out
    let stalled;
    const wait = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED);
    };
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      wait();
      progress(loaded / total);
    });
    request.addEventListener("loadend", () => clearTimeout(stalled));
    request.addEventListener("error", () => reject(unanswered(signal)));
    request.addEventListener("abort", () => reject(unanswered(signal)));
    request.addEventListener("load", () => {
      const { status, responseURL } = request;
      const answer = parsed(request.responseText);
      const isElsewhere = responseURL !== new URL(url, location.href).href;
      if (isElsewhere) reject(new Failure("signedOut"));
      else if (status < 300 && answer) resolve(answer);
      else reject(failed(status, answer, request.getResponseHeader("Retry-After")));
    });
    signal?.addEventListener("abort", () => request.abort());
    request.open("POST", url);
    for (const [name, value] of Object.entries({ ...JSON_ONLY, ...headersOf("POST", user) })) {
      request.setRequestHeader(name, value);
    }
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    wait();
    request.send(body);
  });
}
