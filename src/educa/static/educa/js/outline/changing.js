import { askDescription } from "./dialogs.js";
import { isAtEnd, isModule, moduleOf, takeOut, titleOf } from "./rows.js";

/** Adds modules; describes, duplicates and deletes rows. */
export class Changing {
  #editor;

  constructor(editor) {
    this.#editor = editor;
    editor.querySelector(".outline-new").addEventListener("submit", (event) => this.add(event));
    document.addEventListener("educa:undone", ({ detail }) => {
      editor.update(() => this.restored(detail));
    });
    document.addEventListener("content-added", ({ detail }) => {
      editor.update(() => this.arrived(detail));
    });
  }

  /** Shows an upload that has become a content. */
  async arrived({ module }) {
    const row = document.getElementById(`module-${module}`);
    if (row) await this.#editor.folding.reload(row);
  }

  /** Adds the module whose title was typed. */
  add(event) {
    event.preventDefault();
    const form = event.target;
    const { list } = this.#editor;
    const input = form.elements.title;
    const title = input.value.trim();
    if (!title) return;
    input.value = "";
    this.#editor.saving.take({
      url: form.action,
      fields: { title },
      revert: () => {
        input.value ||= title;
      },
      done: ({ html, message, url }) => {
        if (!isAtEnd(list)) {
          location.assign(url);
          return;
        }
        list.insertAdjacentHTML("beforeend", html);
        this.#editor.equip(list.lastElementChild);
        list.lastElementChild.scrollIntoView({ block: "nearest" });
        this.#editor.say(message);
      },
    });
  }

  /** Asks for the description of the module. */
  async describe(module) {
    const description = await askDescription(this.#editor, module);
    if (description === undefined) return;
    this.#editor.saving.take({
      url: this.#editor.address(module, "edit"),
      fields: { title: titleOf(module), description },
      done: () => this.#editor.folding.reload(module),
    });
  }

  /** Makes a copy behind the row, and offers to take that back. */
  duplicate(row) {
    const kind = isModule(row) ? "module" : "content";
    const module = isModule(row) ? null : moduleOf(row);
    this.#editor.saving.take({
      url: this.#editor.address(row, "duplicate"),
      done: async (answer) => {
        const id = `${kind}-${answer.id}`;
        await this.restored({ id, module });
        this.#offer(answer, { id, module, back: row.querySelector(".row-menu") });
      },
    });
  }

  /** Deletes the row at once, and offers to take that back. */
  delete(row) {
    const module = isModule(row) ? null : moduleOf(row);
    const heir = row.nextElementSibling ?? row.previousElementSibling ?? module;
    const back = heir?.querySelector(".row-menu") ?? document.getElementById("new-module-title");
    let restore;
    this.#editor.saving.take({
      url: this.#editor.address(row, "delete"),
      apply: () => {
        restore = takeOut(row);
        back.focus();
      },
      revert: () => restore(),
      done: (answer) => this.#offer(answer, { back, id: row.id, module }),
    });
  }

  /** Shows what has come (back) or gone by a step whose end only the site knows. */
  async restored({ id, module, back }) {
    if (module?.isConnected) await this.#editor.folding.reload(module);
    else await this.#editor.refresh();
    const row = document.getElementById(id);
    (row?.querySelector(".row-menu") ?? back)?.focus();
    if (row) this.#editor.say(this.#editor.placed(row));
  }

  #offer({ message, undo }, where) {
    document.dispatchEvent(new CustomEvent("educa:done", { detail: { message, undo, ...where } }));
  }
}
