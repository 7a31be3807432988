/** What was typed, in the browser's own store: for the time until the server has it. */

const DAY = 86_400_000; // milliseconds
const LONGEST = 7 * DAY;
const PREFIX = "educa:draft:";

/** The words of one text in one window; those of other windows can be found, too. */
export class Kept {
  #place;
  #key;

  /** `user` has typed it, on the page at `path`, in the field of that name. */
  constructor(user, path, field) {
    this.#place = `${PREFIX}${user}:${path}:${field}:`;
    this.#key = this.#place + windowName();
    sweep();
  }

  /** Keeps the values; false where the browser does not. */
  keep(values) {
    try {
      localStorage.setItem(this.#key, JSON.stringify({ at: Date.now(), values }));
      return true;
    } catch {
      return false;
    }
  }

  forget(key = this.#key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // Without a store there is nothing in it.
    }
  }

  /** What was kept, the newest first: `{key, at, values}`. */
  all() {
    return entries(this.#place).sort((a, b) => b.at - a.at);
  }
}

/** Whether anything that this person has typed is kept here. */
export function hasKept(user) {
  return entries(`${PREFIX}${user}:`).length > 0;
}

function windowName() {
  try {
    sessionStorage.educaWindow ??= crypto.getRandomValues(new Uint32Array(2)).join("-");
    return sessionStorage.educaWindow;
  } catch {
    return "";
  }
}

function sweep() {
  for (const { key, at } of entries(PREFIX)) {
    if (Date.now() - at > LONGEST) localStorage.removeItem(key);
  }
}

function entries(prefix) {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    return keys.map((key) => ({ key, ...JSON.parse(localStorage[key]) }));
  } catch {
    return [];
  }
}
