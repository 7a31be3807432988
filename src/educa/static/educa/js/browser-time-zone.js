/** Tells the form inside which time zone the browser keeps, in its hidden field. */
class BrowserTimeZone extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("input[name=time_zone]");
    if (field) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  }
}

customElements.define("browser-time-zone", BrowserTimeZone);
