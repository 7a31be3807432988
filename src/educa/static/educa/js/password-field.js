/** Adds to a password input the button that shows what was typed. */
class PasswordField extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", this.dataset.label);
    const show = (visible) => {
      input.type = visible ? "text" : "password";
      button.textContent = visible ? this.dataset.hide : this.dataset.show;
      button.setAttribute("aria-pressed", String(visible));
    };
    button.addEventListener("click", () => show(input.type === "password"));
    // A password must not lie in the open, nor be remembered as plain text, once it is sent.
    input.form?.addEventListener("submit", () => show(false));
    show(false);
    this.append(button);
  }
}

customElements.define("password-field", PasswordField);
