/** Adds to a password input the button that shows what was typed. */
class PasswordField extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    const button = document.createElement("button");
    button.type = "button";
    this.#name(button, input);
    const show = (visible) => {
      input.type = visible ? "text" : "password";
      button.textContent = visible ? this.dataset.hide : this.dataset.show;
    };
    button.addEventListener("click", () => show(input.type === "password"));
    // A password must not lie in the open, nor be remembered as plain text, once it is sent.
    input.form?.addEventListener("submit", () => show(false));
    show(false);
    this.append(button);
  }

  /** Has the button called by its own word and the field's, as in "Show Password". */
  #name(button, input) {
    const [label] = input.labels;
    label.id ||= `${input.id}-label`;
    button.id = `${input.id}-show`;
    button.setAttribute("aria-labelledby", `${button.id} ${label.id}`);
  }
}

customElements.define("password-field", PasswordField);
