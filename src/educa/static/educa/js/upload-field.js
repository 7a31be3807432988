import { offerLeftovers } from "./uploading/leftovers.js";
import { previewOf } from "./uploading/preview.js";
import { hasFailed, Row, wordsFor } from "./uploading/row.js";
import { Transfer } from "./uploading/transfer.js";
import { say, sizeOf } from "./uploading/words.js";

/**
 * A field for a file, which is uploaded as soon as it is chosen or dropped.
 *
 * The form then names the upload in place of the file. Who sends the form before waits until the file is
 * there; when it can't be uploaded, the browser sends it with the form as ever.
 */
class UploadField extends HTMLElement {
  #input = this.querySelector("input[type=file]");
  #form = this.#input.form;
  #rows = this.querySelector(".upload-rows");
  #status = this.querySelector("[role=status]");
  #transfer;
  #waiting;

  connectedCallback() {
    this.#input.addEventListener("change", () => this.#take(this.#input.files[0]));
    this.#form.addEventListener("submit", (event) => this.#hold(event));
    this.addEventListener("dragover", (event) => this.#over(event));
    this.addEventListener("drop", (event) => this.#drop(event));
    window.addEventListener("beforeunload", (event) => {
      if (this.#transfer?.isActive) event.preventDefault();
    });
    offerLeftovers(this.#rows, {
      endpoint: this.dataset.endpoint,
      isMine: ({ form }) => form === location.pathname,
      choose: () => this.#input.click(),
    });
  }

  #take(file) {
    this.#transfer?.cancel();
    this.#name("");
    this.#rows.replaceChildren();
    if (!file) return;
    const about = { form: location.pathname };
    const transfer = new Transfer(file, { endpoint: this.dataset.endpoint, about });
    const row = new Row(file.name, {
      pause: () => transfer.pause(),
      resume: () => transfer.start(),
      retry: () => transfer.start(),
      cancel: () => transfer.cancel(),
      remove: () => this.#forget(transfer),
    });
    this.#transfer = transfer;
    this.#rows.replaceChildren(row.element);
    this.#entitle(file.name);
    this.#show(file);
    transfer.addEventListener("change", () => this.#changed(transfer, row));
    transfer.start();
    this.#say(say("began", { name: file.name }));
  }

  #changed(transfer, row) {
    if (transfer !== this.#transfer) return;
    const { name, state, sent, size } = transfer;
    if (state === "canceled") return this.#forget(transfer);
    if (state === "sent") {
      row.show("ready", say("sent", { size: sizeOf(size) }), size, size);
      this.#name(transfer.key);
      this.#say(say("sentName", { name }));
      return this.#goOn();
    }
    row.show(state, wordsFor(transfer), sent, size);
    if (hasFailed(transfer)) {
      this.#waiting = undefined;
      this.#say(say("failedName", { name, words: wordsFor(transfer) }));
    }
  }

  /** Takes the file back, whatever became of it. */
  #forget(transfer) {
    this.#transfer = undefined;
    if (transfer.state !== "canceled") transfer.cancel();
    this.#input.value = "";
    this.#name("");
    this.#rows.replaceChildren();
    this.#show();
    this.#input.focus();
  }

  /** Names the upload to the form; the file itself is not sent with it any more. */
  #name(key) {
    const field = this.querySelector("input[type=hidden]");
    field.value = key;
    if (key) this.#input.value = "";
    this.toggleAttribute("data-holds", Boolean(key));
  }

  /** Keeps the form until the file is there. */
  #hold(event) {
    if (!this.#transfer?.isActive) return;
    event.preventDefault();
    this.#waiting = { submitter: event.submitter };
    if (this.#transfer.state === "paused") this.#transfer.start();
    this.#say(say("holding"));
  }

  #goOn() {
    if (this.#waiting) this.#form.requestSubmit(this.#waiting.submitter);
  }

  #over(event) {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  }

  #drop(event) {
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    event.preventDefault();
    const carried = new DataTransfer();
    carried.items.add(file);
    this.#input.files = carried.files;
    this.#take(file);
  }

  /** A content without a title is called as its file. */
  #entitle(name) {
    const title = this.#form.elements.title;
    if (title && !title.value.trim())
      title.value = name.replace(/\.[^.]*$/, "").replaceAll("_", " ");
  }

  async #show(file) {
    const picture = document.getElementById("upload-preview");
    if (!picture) return;
    picture.src = (file && (await previewOf(file))) || picture.dataset.before;
    picture.hidden = !picture.getAttribute("src");
  }

  #say(words) {
    this.#status.textContent = words;
  }
}

customElements.define("upload-field", UploadField);
