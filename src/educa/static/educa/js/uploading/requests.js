import { DefaultHttpStack } from "../../vendor/tus/tus.min.js";
import { token } from "../requests.js";

const SERVER_ERROR = 500;

/** The answer came from the page for signing in. */
export class SignedOut extends Error {}

/** Requests with a checksum of what they carry, where the browser can make one. */
export class CheckedRequests extends DefaultHttpStack {
  createRequest(method, url) {
    const request = super.createRequest(method, url);
    const send = request.send.bind(request);
    const abort = request.abort.bind(request);
    let isAborted = false;
    request.abort = () => {
      isAborted = true;
      return abort();
    };
    request.send = async (body) => {
      if (body) await addChecksum(request, body);
      // Given up before it began: nobody waits for its answer.
      return isAborted ? new Promise(() => {}) : send(body);
    };
    return request;
  }
}

/** Adds the token, as it is when the request is sent. */
export function addToken(request) {
  request.setHeader("X-CSRFToken", token());
}

/** Throws for an answer that only looks like one: of another page, or of a server that is not well. */
export function checkAnswer(request, response) {
  const asked = new URL(request.getURL(), location.href).pathname;
  const answered = response.getUnderlyingObject().responseURL;
  if (answered && new URL(answered).pathname !== asked) throw new SignedOut();
  // The library would take this for the end of the upload, and begin another.
  if (request.getMethod() === "HEAD" && response.getStatus() >= SERVER_ERROR)
    throw new Error("the server is not well");
}

async function addChecksum(request, body) {
  // Only there over HTTPS, and on this machine.
  if (!crypto.subtle) return;
  const digest = await crypto.subtle.digest("SHA-256", await body.arrayBuffer());
  const bytes = String.fromCharCode(...new Uint8Array(digest));
  request.setHeader("Upload-Checksum", `sha256 ${btoa(bytes)}`);
}
