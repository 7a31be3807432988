/** Pictures and files on their way into a text. */

import { postWithFile } from "../file-requests.js";
import { Failure, post } from "../requests.js";
import { askForWords } from "./dialogs.js";
import { insertApart, swap } from "./surface.js";

const PICTURE = /^image\/(?:png|jpeg|gif|webp)$/;
const SIGNS = /[\\[\]*_`<>$~&]/g;
const WORDS = {
  offline: "offline",
  signedOut: "signedOut",
  forbidden: "forbidden",
  gone: "gone",
  tooLarge: "uploadTooLarge",
};

export class Uploads {
  #area;
  #url;
  #list;
  #pieces;
  #say;
  #asked = Promise.resolve();
  #waiting = new Set();
  #number = 0;
  #dialog = null;

  /** `pieces` makes copies of pieces of the page, `say` gives the words for it. */
  constructor(area, url, list, pieces, say) {
    [this.#area, this.#url, this.#list, this.#pieces, this.#say] = [area, url, list, pieces, say];
  }

  get isBusy() {
    return this.#waiting.size > 0;
  }

  /** The text without the words that stand in for what is on its way. */
  without(text) {
    return [...this.#waiting].reduce((rest, words) => rest.replace(words, ""), text);
  }

  /** Puts files into the text, where the selection is. */
  add(files) {
    const places = files.map((file) => ({ file, words: this.placeFor(file.name) }));
    insertApart(this.#area, places.map(({ words }) => words).join("\n\n"));
    for (const { file, words } of places) this.bring(file, words);
  }

  /** Words to stand in for a file, other ones for each. */
  placeFor(name) {
    this.#number++;
    const uploading = this.#say("uploading", { name: plain(name) });
    const words = `![${uploading}… ${this.#number}]()`;
    this.#waiting.add(words);
    return words;
  }

  /** Uploads a file, and then puts it where the words stand in for it. */
  async bring(file, words, alt = "") {
    const row = this.#row(file);
    try {
      const sent = postWithFile(this.#url, { file }, row);
      const said = PICTURE.test(file.type) ? this.#wordsOf(file, alt, row, sent) : null;
      // Both at once: one may write while the picture is on its way.
      const [answer, text] = await Promise.all([sent, said]);
      this.#put(words, markdownOf(answer, text));
      row.remove();
    } catch (error) {
      row.cancel();
      this.#put(words, "");
      if (!(error instanceof Failure)) throw error;
      if (error.reason === "cancelled") row.remove();
      else row.fail(this.#reasonOf(error));
    }
  }

  /** Takes out the words that stand in for something that does not come; it is one picture less. */
  giveUp(words) {
    this.#put(words, "");
    return 1;
  }

  #put(words, text) {
    // Without the empty line that was put there for it.
    const gaps = text ? [] : [`${words}\n\n`, `\n\n${words}`];
    const found = gaps.find((each) => this.#area.value.includes(each));
    swap(this.#area, found ?? words, text);
    this.#waiting.delete(words);
  }

  /** One question after the other. */
  #wordsOf(file, alt, row, sent) {
    const turn = this.#asked.then(async () => {
      if (row.signal.aborted) throw new Failure("cancelled");
      this.#dialog ??= this.#pieces("picture");
      const text = await askForWords(this.#dialog, file, alt, row.signal);
      if (text !== null) return text;
      // What has arrived already is not wanted any more.
      sent.then((answer) => post(answer.delete)).catch(() => {});
      throw new Failure("cancelled");
    });
    this.#asked = turn.catch(() => {});
    return turn;
  }

  #reasonOf({ reason, words }) {
    return words || this.#say(WORDS[reason] ?? "uploadFailed");
  }

  /** A line below the text that says how far the file is, and lets one stop it. */
  #row(file) {
    const line = this.#pieces("upload");
    const part = (name) => line.querySelector(`[data-part=${name}]`);
    const stop = new AbortController();
    const remove = () => {
      line.remove();
      this.#list.hidden = !this.#list.children.length;
    };
    part("name").textContent = file.name;
    part("cancel").addEventListener("click", () => stop.abort());
    part("close").addEventListener("click", remove);
    this.#list.append(line);
    this.#list.hidden = false;
    return {
      signal: stop.signal,
      cancel: () => stop.abort(),
      remove,
      progress: (share) => {
        line.querySelector("progress").value = share;
      },
      fail: (words) => {
        line.querySelector("progress").remove();
        part("cancel").remove();
        [part("error").textContent, part("error").hidden] = [words, false];
        part("close").hidden = false;
      },
    };
  }
}

/** A file with the bytes of a `data:` address, or nothing for one that can't be read. */
export function fileOf(address, name) {
  const [, type, ending, bytes] =
    address.match(/^data:(image\/(png|jpeg|gif|webp));base64,([\s\S]+)$/i) ?? [];
  if (!bytes) return null;
  try {
    const data = Uint8Array.from(atob(bytes.replace(/\s+/g, "")), (sign) => sign.charCodeAt(0));
    return new File([data], `${plain(name) || "picture"}.${ending.replace("jpeg", "jpg")}`, {
      type,
    });
  } catch {
    return null;
  }
}

function markdownOf(answer, text) {
  const isPicture = PICTURE.test(answer.media_type);
  if (!isPicture || text === null) return answer.markdown;
  return text ? `![${escaped(text)}](${answer.url})` : decorationOf(answer.url);
}

/** A picture that only decorates: Markdown has no way to say so, HTML has. */
function decorationOf(url) {
  return `<img src="${url}" alt="">`;
}

function escaped(words) {
  return words.replace(SIGNS, "\\$&");
}

function plain(words) {
  return (words ?? "").replace(SIGNS, " ").replace(/\s+/g, " ").trim().slice(0, 60);
}
