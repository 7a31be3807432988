import { fill } from "../player/words.js";
import { icon, make } from "./dom.js";
import { nodesOf } from "./text.js";
import { clock, momentOf, timeOf } from "./times.js";

/**
 * Makes the rows of the list; what they say stands in `words`, and `titles` are those of contents, by their keys.
 *
 * `acts` has what is done for `menu(message, button)`, `reply(message)`, `react(message, sign, on)`,
 * `show(sequence)`, `retry(id)` and `discard(id)`.
 */
export class Rows {
  constructor({ words, me, titles, heading, acts }) {
    Object.assign(this, { words, me, titles, heading, acts });
  }

  /** The heading of a day. */
  day(words, day) {
    const time = make("time", { datetime: day }, words);
    return make("li", { class: "chat-day" }, make(this.heading, {}, time));
  }

  /** The line above what is new. */
  divider() {
    return make("li", { class: "chat-new" }, make("span", {}, this.words.newMessages));
  }

  /** A message, the first of some of one author or not; or an `entry` that waits, which looks like what was sent. */
  message(message, { isFirst, isOwn, entry }) {
    const classes = ["chat-message", isFirst && "is-first", isOwn && "is-own"];
    classes.push(message.role === "instructor" && "is-instructor");
    classes.push(message.deleted && "is-deleted", entry && `is-${entry.state}`);
    return make(
      "li",
      {
        class: classes.filter(Boolean).join(" "),
        id: message.sequence ? `m${message.sequence}` : undefined,
      },
      isFirst &&
        !isOwn &&
        make("span", { class: "avatar", "aria-hidden": "true" }, initialOf(message)),
      make(
        "div",
        { class: "chat-body" },
        this.#by(message, isFirst, isOwn),
        message.reply_to && this.#quote(message.reply_to),
        message.content && this.#place(message.content),
        this.#says(message),
        this.#picture(message, entry),
        this.#signs(message),
        this.#marks(message, entry),
      ),
      !entry && !message.deleted && this.#tools(message),
    );
  }

  #by(message, isFirst, isOwn) {
    const date = new Date(message.datetime);
    const time = make("time", { datetime: message.datetime, title: momentOf(date) }, timeOf(date));
    const hidden = "visually-hidden";
    if (isOwn)
      return make("p", { class: "chat-by" }, make("span", { class: hidden }, this.words.you), time);
    const isMarked = isFirst && message.role === "instructor";
    return make(
      "p",
      { class: "chat-by" },
      make("bdi", { class: isFirst ? undefined : hidden }, this.nameOf(message)),
      isMarked && make("span", { class: "pill success" }, this.words.instructor),
      time,
    );
  }

  /** By what name an author is called. */
  nameOf({ user, name }) {
    return (user && (name || user)) || this.words.gone;
  }

  /** A message as the list of pinned ones names it. */
  pinned({ sequence, user, name, message }) {
    const text = message || this.words.ownPicture;
    const link = make(
      "a",
      { href: `#m${sequence}` },
      make("bdi", {}, this.nameOf({ user, name })),
      " ",
      make("span", { dir: "auto" }, text.slice(0, 200)),
    );
    return make("li", {}, link);
  }

  #quote(quote) {
    const text = quote.deleted ? this.words.quoteDeleted : quote.message || "…";
    const show = (event) => {
      event.preventDefault();
      this.acts.show(quote.sequence);
    };
    return make(
      "a",
      { class: "chat-quote", href: `#m${quote.sequence}`, click: show },
      make("strong", {}, make("bdi", {}, this.nameOf(quote))),
      " ",
      make("span", { dir: "auto" }, text),
    );
  }

  #place({ id, url, paragraph, second }) {
    const hash = placeHash({ paragraph, second });
    return make(
      "a",
      { class: "chat-place", href: url && `${url}${hash}` },
      icon("text-quote"),
      make("span", {}, this.placeWords({ title: this.titles[id], paragraph, second })),
    );
  }

  /** Where in the course something was asked, in words. */
  placeWords({ title, paragraph, second }) {
    const place = title || this.words.somewhere;
    if (paragraph !== undefined && paragraph !== null) {
      return fill(this.words.atParagraph, { title: place, number: paragraph + 1 });
    }
    if (second !== undefined && second !== null) {
      return fill(this.words.atSecond, { title: place, time: clock(second) });
    }
    return place;
  }

  #says({ deleted, by, message, mentions }) {
    if (deleted) {
      const words = by === "instructor" ? this.words.removedByInstructor : this.words.removed;
      return make("div", { class: "chat-text" }, words);
    }
    if (!message) return undefined;
    return make("div", { class: "chat-text", dir: "auto" }, ...nodesOf(message, mentions, this.me));
  }

  #picture({ picture, name, user }, entry) {
    if (entry?.preview) {
      const image = make("img", { src: entry.preview, alt: this.words.ownPicture });
      return make("span", { class: "chat-picture" }, image);
    }
    if (!picture) return undefined;
    const alt = fill(this.words.picture, { name: this.nameOf({ user, name }) });
    const { width, height } = picture;
    const image = make("img", {
      src: `${picture.url}?width=480`,
      alt,
      width,
      height,
      loading: "lazy",
    });
    return make("a", { class: "chat-picture", href: picture.url, target: "_blank" }, image);
  }

  #signs(message) {
    const signs = Object.entries(message.reactions ?? {}).filter(([, people]) => people.length);
    if (!signs.length) return undefined;
    return make("ul", { class: "chat-signs" }, ...signs.map((sign) => this.#sign(message, sign)));
  }

  #sign(message, [sign, people]) {
    const isMine = people.includes(this.me);
    const button = make(
      "button",
      {
        type: "button",
        class: "chat-sign",
        "aria-pressed": String(isMine),
        title: people.join(", "),
        click: () => this.acts.react(message, sign, !isMine),
      },
      `${sign} `,
      make("span", { class: "num" }, String(people.length)),
    );
    return make("li", {}, button);
  }

  #marks(message, entry) {
    if (entry) return this.#delivery(entry);
    const { pinned, edited, deleted, isLast } = message;
    const marks = [
      pinned && make("span", {}, icon("pin"), this.words.pinned),
      edited && !deleted && make("span", { title: momentOf(new Date(edited)) }, this.words.edited),
      isLast && make("span", { class: "chat-sent" }, icon("check"), this.words.sent),
    ].filter(Boolean);
    return marks.length ? make("p", { class: "chat-marks" }, ...marks) : undefined;
  }

  #delivery(entry) {
    const { state, words, progress, client_id: id } = entry;
    const again = state === "failed" || entry.isStuck;
    const button = (label, act) => make("button", { type: "button", click: () => act(id) }, label);
    return make(
      "p",
      { class: "chat-marks" },
      progress < 1 &&
        make("progress", { value: progress, max: 1, "aria-label": this.words.sending }),
      state === "failed" && icon("circle-alert"),
      make("span", {}, this.#deliveryWords(state, words, entry.isStuck)),
      again && button(this.words.retry, this.acts.retry),
      (again || state === "waiting") && button(this.words.discard, this.acts.discard),
    );
  }

  #deliveryWords(state, words, isStuck) {
    if (state === "failed") return words ? `${this.words.failed} ${words}` : this.words.failed;
    if (state === "waiting") return words ? `${this.words.waiting} ${words}` : this.words.waiting;
    if (state === "sent") return this.words.sent;
    return isStuck ? this.words.stuck : this.words.sending;
  }

  #tools(message) {
    const name = this.nameOf(message);
    const more = make(
      "button",
      {
        type: "button",
        class: "chat-more",
        tabindex: "-1",
        "aria-haspopup": "menu",
        "aria-label": fill(this.words.more, { name }),
        click: () => this.acts.menu(message, more),
      },
      icon("ellipsis"),
    );
    const reply = make(
      "button",
      {
        type: "button",
        class: "chat-reply",
        tabindex: "-1",
        "aria-label": this.words.reply,
        title: this.words.reply,
        click: () => this.acts.reply(message),
      },
      icon("reply"),
    );
    return make("div", { class: "chat-tools" }, reply, more);
  }
}

function placeHash({ paragraph, second }) {
  if (paragraph !== undefined && paragraph !== null) return `#paragraph-${paragraph}`;
  return second !== undefined && second !== null ? `#second-${second}` : "";
}

function initialOf({ name, user }) {
  return [...(name || user || "?")][0];
}
