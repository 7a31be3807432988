import { Failure } from "./requests.js";
import { get, post, whyNot } from "./studio/steps.js";
import { offerLeftovers } from "./uploading/leftovers.js";
import { Queue } from "./uploading/queue.js";
import { hasFailed, Row, wordsFor } from "./uploading/row.js";
import { Transfer } from "./uploading/transfer.js";
import { say } from "./uploading/words.js";

/**
 * Takes files to modules of a course, and shows how far they are. There is one on a page.
 *
 * When one has become a content, the document hears `content-added`, with what the server says of it:
 * `{module, content, kind, title, url}`.
 */
class UploadList extends HTMLElement {
  #queue = new Queue();
  #rows = this.querySelector(".upload-rows");
  #status = this.querySelector("[role=status]");
  #input = this.querySelector("input[type=file]");
  #left = 0;

  connectedCallback() {
    window.addEventListener("beforeunload", this.#warn);
    offerLeftovers(this.#rows, {
      endpoint: this.dataset.endpoint,
      isMine: ({ module }) => Boolean(module),
      choose: ({ module }) => this.choose(module),
    }).then(() => this.#look());
  }

  disconnectedCallback() {
    window.removeEventListener("beforeunload", this.#warn);
  }

  /** Lets somebody choose files for the module. */
  choose(module) {
    this.#input.onchange = () => {
      this.take([...this.#input.files], module);
      this.#input.value = "";
    };
    this.#input.click();
  }

  /** Uploads the files, and makes them contents of the module. */
  take(files, module) {
    for (const file of files) this.#take(file, module);
    const [name] = files.map((file) => file.name);
    this.#say(
      files.length === 1 ? say("began", { name }) : say("beganAll", { count: files.length }),
    );
  }

  /** Has a screen reader say this when it has finished what it says. */
  say(words) {
    this.#say(words);
  }

  #take(file, module) {
    const transfer = new Transfer(file, { endpoint: this.dataset.endpoint, about: { module } });
    const row = new Row(file.name, {
      pause: () => transfer.pause(),
      resume: () => transfer.queue(),
      retry: () =>
        transfer.state === "sent" ? this.#add(transfer, module, row) : transfer.queue(),
      cancel: () => transfer.cancel(),
      remove: () => transfer.cancel(),
      hide: () => this.#drop(row),
    });
    this.#forgetLeftover(file.name);
    this.#rows.append(row.element);
    this.#left += 1;
    transfer.addEventListener("change", () => this.#changed(transfer, module, row));
    this.#queue.add(transfer);
    this.#look();
  }

  #changed(transfer, module, row) {
    const { state, sent, size } = transfer;
    if (state === "canceled") {
      this.#ended();
      return this.#drop(row);
    }
    if (state === "sent") return this.#add(transfer, module, row);
    const before = row.element.dataset.state;
    row.show(state, wordsFor(transfer), sent, size);
    if (hasFailed(transfer) && before !== state) this.#failed(transfer.name, wordsFor(transfer));
  }

  async #add(transfer, module, row) {
    const { name, size } = transfer;
    row.show("adding", say("adding"), size, size);
    try {
      const url = this.dataset.add.replace("/0/", `/${module}/`);
      const added = await post(url, { upload: transfer.key });
      row.lead(added.url, say(added.kind === "image" ? "describe" : "edit"));
      row.show("added", say("added"), size, size);
      this.#say(say("addedName", { name }));
      this.#ended();
      document.dispatchEvent(new CustomEvent("content-added", { detail: { module, ...added } }));
      this.#refresh();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      const words = say(failure.reason) || whyNot(failure);
      row.show("failed", words, size, size);
      this.#failed(name, words);
    }
  }

  /** Shows the contents as they are now, where the page wants that. */
  async #refresh() {
    const { refresh } = this.dataset;
    if (!refresh) return;
    try {
      const page = new DOMParser().parseFromString(await get(location.href), "text/html");
      document.querySelector(refresh).replaceWith(page.querySelector(refresh));
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
    }
  }

  #failed(name, words) {
    this.#say(say("failedName", { name, words }));
  }

  #ended() {
    this.#left -= 1;
    if (!this.#left && !this.#queue.isActive) this.#say(say("allThere"));
  }

  #drop(row) {
    const hadFocus = row.element.contains(document.activeElement);
    const heir = row.element.nextElementSibling ?? row.element.previousElementSibling;
    row.element.remove();
    if (hadFocus) heir?.querySelector("[data-do]:not([hidden])")?.focus();
    this.#look();
  }

  #forgetLeftover(name) {
    for (const box of this.#rows.querySelectorAll("[data-name]"))
      if (box.dataset.name === name) box.remove();
  }

  #look() {
    this.hidden = !this.#rows.children.length;
  }

  #say(words) {
    this.#status.textContent = words;
  }

  #warn = (event) => {
    if (this.#queue.isActive) event.preventDefault();
  };
}

customElements.define("upload-list", UploadList);
