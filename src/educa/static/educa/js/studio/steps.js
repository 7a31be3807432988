/** Takes what an instructor does to the server, one step after another. */

import { getText, post as postNow } from "../requests.js";

const PATIENCE = 30_000; // milliseconds: a step may copy a whole module

let last = Promise.resolve();

/** Posts the fields, and gives the JSON of the answer. Throws Failure. */
export function post(url, fields) {
  return inTurn(() => postNow(url, fields, { patience: PATIENCE }));
}

/** Gives the text of a page, or of a piece of one. Throws Failure. */
export function get(url) {
  return inTurn(() => getText(url));
}

/** Why a step was not taken: in the words of the server, or of the page's `#step-words`. */
export function whyNot({ words, reason }) {
  const known = document.getElementById("step-words")?.dataset ?? {};
  return words || known[reason] || known.broken || reason;
}

function inTurn(step) {
  const turn = last.then(step);
  last = turn.catch(() => {});
  return turn;
}
