import "../question-form.js";
import { Failure, getText, post } from "../requests.js";

/** The questions at a content, over its lesson: asking, replying and settling without loading the page again. */
export class QuestionsDialog {
  #host;
  #url;
  #dialog = document.createElement("dialog");
  #body = document.createElement("div");

  /** `host` is the <content-questions>, which gives the words. */
  constructor(host) {
    this.#host = host;
    const { title, close } = host.dataset;
    this.#dialog.className = "dialog questions-dialog";
    this.#dialog.setAttribute("aria-labelledby", "questions-title");
    const head = document.createElement("header");
    const name = document.createElement("h2");
    name.id = "questions-title";
    name.textContent = title;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button plain";
    button.textContent = close;
    button.addEventListener("click", () => this.#dialog.close());
    head.append(name, button);
    this.#dialog.append(head, this.#body);
    this.#dialog.addEventListener("click", (event) => this.#clicked(event));
    this.#dialog.addEventListener("submit", (event) => this.#submitted(event));
    host.append(this.#dialog);
  }

  /** Opens it with the page at this address; what was typed there before is still there. */
  async show(url) {
    const isTyped = [...this.#body.querySelectorAll("textarea")].some((field) =>
      field.value.trim(),
    );
    if (!(isTyped && url === this.#url)) await this.#load(url);
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#body.querySelector("textarea")?.focus();
  }

  async #load(url) {
    try {
      const html = await getText(url, { "X-Educa-Part": "questions" });
      const page = new DOMParser().parseFromString(html, "text/html");
      const sheet = page.querySelector("link");
      if (sheet) await this.#dress(document.adoptNode(sheet));
      this.#body.replaceChildren(...[...page.body.children].map((e) => document.adoptNode(e)));
      this.#url = url;
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (failure.isUnanswered) this.#say(this.#body, this.#host.dataset.failed);
      else location.assign(url);
    }
  }

  /** Its style sheet comes with it, once. */
  #dress(sheet) {
    if (document.head.querySelector(`link[href="${sheet.getAttribute("href")}"]`)) return undefined;
    return new Promise((resolve) => {
      sheet.addEventListener("load", resolve);
      sheet.addEventListener("error", resolve);
      document.head.append(sheet);
    });
  }

  #clicked(event) {
    const link = event.target.closest("a[href]");
    if (!link) return;
    if ("questions" in link.dataset) {
      event.preventDefault();
      this.#load(link.getAttribute("href"));
      return;
    }
    const { pathname, hash } = new URL(link.href);
    if (pathname !== location.pathname) return;
    event.preventDefault();
    this.#dialog.close();
    this.#host.arrive(hash);
  }

  async #submitted(event) {
    event.preventDefault();
    const { target: form, submitter } = event;
    if (form.dataset.state === "sending") return;
    form.dataset.state = "sending";
    try {
      const sent = post(form.action, new FormData(form, submitter));
      this.#host.dispatchEvent(
        new CustomEvent("educa:saving", { bubbles: true, detail: { sent: sent.catch(() => {}) } }),
      );
      const { sequence } = await sent;
      const thread = form.closest(".thread")?.id ?? `question-${sequence}`;
      await this.#load(this.#url);
      this.#body.querySelector(`#${thread}`)?.focus();
      this.#recount();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      this.#say(form, failure.words || this.#host.dataset.failed);
    } finally {
      delete form.dataset.state;
    }
  }

  /** The numbers of the lesson are those of the server. */
  async #recount() {
    const headers = { "X-Educa-Part": "lesson", "X-Educa-Prefetch": "1" };
    const html = await getText(this.#host.lesson.dataset.url, headers).catch(() => "");
    const page = new DOMParser().parseFromString(html, "text/html");
    const found = page.querySelector("content-questions");
    if (!found) return;
    this.#host.dataset.marks = found.dataset.marks;
    this.#host.querySelector(".questions-foot").replaceWith(found.querySelector(".questions-foot"));
    this.#host.margin?.draw();
  }

  #say(place, words) {
    place.querySelector(":scope > .message")?.remove();
    const message = document.createElement("p");
    message.className = "message danger";
    message.setAttribute("role", "alert");
    message.textContent = words;
    place.prepend(message);
  }
}
