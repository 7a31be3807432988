import { fill, isModule, rowOf, titleOf } from "./rows.js";

const LONGEST = { module: 200, content: 250 };

/** Lets a title be written anew where it stands: Enter saves, Escape does not, leaving saves. */
export class Renaming {
  #editor;

  constructor(editor) {
    this.#editor = editor;
    editor.list.addEventListener("keydown", (event) => {
      const row = rowOf(event.target);
      if (event.key !== "F2" || !row || event.target.matches("input")) return;
      event.preventDefault();
      this.begin(row);
    });
  }

  /** Puts a field in the place of the row's title. */
  begin(row) {
    if (row.classList.contains("is-renaming")) return;
    const back = document.activeElement;
    const input = this.#field(row);
    let isOver = false;
    const end = (isKept) => {
      if (isOver) return;
      isOver = true;
      const title = input.value.trim();
      row.classList.remove("is-renaming");
      const hadFocus = input === document.activeElement;
      input.remove();
      if (hadFocus) back?.focus();
      if (isKept && title && title !== titleOf(row)) this.#save(row, title);
    };
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
      event.preventDefault(); // the key would press the button that has the focus next
      if (event.key === "Escape") end(false);
      else if (input.reportValidity()) end(true);
    });
    input.addEventListener("blur", () => end(true));
    row.classList.add("is-renaming");
    row.append(input);
    input.select();
  }

  #field(row) {
    const input = document.createElement("input");
    input.className = "outline-title";
    input.value = titleOf(row);
    input.maxLength = isModule(row) ? LONGEST.module : LONGEST.content;
    input.required = true;
    input.dir = "auto";
    input.autocomplete = "off";
    input.ariaLabel = fill(this.#editor.words.title, { title: titleOf(row) });
    return input;
  }

  #save(row, title) {
    const before = titleOf(row);
    this.#editor.saving.take({
      url: this.#editor.address(row, isModule(row) ? "edit" : "rename"),
      fields: { title },
      apply: () => this.#show(row, title),
      revert: () => this.#show(row, before),
    });
    this.#editor.say(fill(this.#editor.words.renamed, { title }));
  }

  #show(row, title) {
    row.querySelector("bdi").textContent = title;
    this.#editor.name(row);
  }
}
