import { fill } from "../player/words.js";
import { icon, make } from "./dom.js";
import { nodesOf } from "./text.js";
import { clock, dayKey, dayOf, momentOf, timeOf } from "./times.js";

const TOGETHER = 300_000; // milliseconds within which messages of one author stand together

/**
 * The list of messages on the page: what is given is what it shows, and only what differs is made anew.
 *
 * `acts` has what is done for `menu(message, button)`, `reply(message)`, `react(message, sign)`, `show(sequence)`,
 * `retry(id)` and `discard(id)`.
 */
export class View {
  #list;
  #known = new Map(); // elements and what they were made of, by their key

  constructor(list, { words, me, titles, heading, acts }) {
    this.#list = list;
    Object.assign(this, { words, me, titles, heading, acts });
    list.addEventListener("keydown", (event) => this.#move(event));
  }

  /** Shows the messages in order, then what waits; `divider` is the number after which all is new, `sent` that of the message that says so. */
  render({ messages, pending, divider, sent }) {
    const rows = [
      ...this.#rows(messages, divider, sent),
      ...this.#pendingRows(pending, messages.at(-1)),
    ];
    const known = new Map();
    const active = document.activeElement?.closest?.(".chat-message")?.id;
    let place = this.#list.firstElementChild;
    for (const { key, of, build } of rows) {
      const stamp = JSON.stringify(of);
      let [element, old] = this.#known.get(key) ?? [];
      if (!element || old !== stamp) {
        const fresh = build();
        if (element === place) place = place?.nextElementSibling ?? null;
        element?.remove();
        element = fresh;
      }
      known.set(key, [element, stamp]);
      if (element === place) place = place.nextElementSibling;
      else this.#list.insertBefore(element, place);
    }
    while (place) {
      const next = place.nextElementSibling;
      place.remove();
      place = next;
    }
    this.#known = known;
    this.#rove(active);
  }

  *#rows(messages, divider, sent) {
    let last;
    let isTold = divider === undefined;
    for (const message of messages) {
      const date = new Date(message.datetime);
      const day = dayKey(date);
      const isNextDay = !last || dayKey(new Date(last.datetime)) !== day;
      if (isNextDay) {
        const words = dayOf(date);
        yield { key: `day ${day}`, of: words, build: () => this.#day(words, day) };
      }
      const isOwn = message.user === this.me;
      const isNew = !isTold && message.sequence > divider && !isOwn && !message.deleted;
      if (isNew) {
        isTold = true;
        yield { key: "new", of: 1, build: () => this.#divider() };
      }
      const isFirst = isNextDay || isNew || !standTogether(last, message);
      const isLast = message.sequence === sent;
      const of = { message, isFirst, isLast, title: this.titles[message.content?.id] };
      const build = () => this.#message({ ...message, isLast }, { isFirst, isOwn });
      yield { key: keyOf(message), of, build };
      last = message;
    }
  }

  *#pendingRows(pending, last) {
    let before = last;
    for (const entry of pending) {
      const message = this.#asMessage(entry);
      const isFirst = !before || !standTogether(before, message);
      const { file, preview, progress, ...of } = entry;
      yield {
        key: keyOf(message),
        of: { ...of, isFirst, progress: progress === undefined ? null : Math.round(progress * 20) },
        build: () => this.#message(message, { isFirst, isOwn: true, entry }),
      };
      before = message;
    }
  }

  /** What waits looks like what was sent. */
  #asMessage({ client_id, at, message = "", quote, content, paragraph, second }) {
    return {
      client_id,
      user: this.me,
      datetime: at,
      message,
      mentions: [],
      reactions: {},
      reply_to: quote,
      content: content && { id: content, paragraph, second },
    };
  }

  #day(words, day) {
    const time = make("time", { datetime: day }, words);
    return make("li", { class: "chat-day" }, make(this.heading, {}, time));
  }

  #divider() {
    return make("li", { class: "chat-new" }, make("span", {}, this.words.newMessages));
  }

  #message(message, { isFirst, isOwn, entry }) {
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

  /** One button of all messages is a stop of the tab key; the arrows lead to the others. */
  #rove(active) {
    const rows = [...this.#list.querySelectorAll(".chat-message:has(.chat-more)")];
    const current = rows.find(({ id }) => id === active);
    for (const row of rows) row.querySelector(".chat-more").tabIndex = -1;
    const stop = (current ?? rows.at(-1))?.querySelector(".chat-more");
    if (!stop) return;
    stop.tabIndex = 0;
    if (current && document.activeElement === document.body) stop.focus({ preventScroll: true });
  }

  #move(event) {
    if (!event.target.matches(".chat-more")) return;
    const buttons = [...this.#list.querySelectorAll(".chat-more")];
    const index = buttons.indexOf(event.target);
    const places = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: buttons.length - 1 };
    const next = buttons[places[event.key]];
    if (places[event.key] === undefined) return;
    event.preventDefault();
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    next.closest(".chat-message").scrollIntoView({ block: "nearest" });
  }
}

export function placeHash({ paragraph, second }) {
  if (paragraph !== undefined && paragraph !== null) return `#paragraph-${paragraph}`;
  return second !== undefined && second !== null ? `#second-${second}` : "";
}

function standTogether(last, message) {
  const isSame = last.user === message.user && message.user;
  return Boolean(isSame) && new Date(message.datetime) - new Date(last.datetime) < TOGETHER;
}

/** The same before and after the room has told of it, so that nothing jumps. */
function keyOf({ sequence, user, client_id: id }) {
  return user && id ? `${user} ${id}` : `m ${sequence}`;
}

function initialOf({ name, user }) {
  return [...(name || user || "?")][0];
}
