/**
 * A button that turns the page light or dark.
 *
 * The choice is kept in a cookie, which the server reads, so the next page is painted right at
 * once. Choosing what the system already asks for forgets the choice: the page follows it again.
 */
class ThemeSwitch extends HTMLElement {
  #system = matchMedia("(prefers-color-scheme: dark)");
  #button = this.querySelector("button");

  connectedCallback() {
    this.#button.addEventListener("click", () => this.#toggle());
    this.#system.addEventListener("change", () => this.#show());
    this.#show();
  }

  get #current() {
    return document.documentElement.dataset.theme || (this.#system.matches ? "dark" : "light");
  }

  #toggle() {
    const next = this.#current === "dark" ? "light" : "dark";
    const followsSystem = next === (this.#system.matches ? "dark" : "light");
    const [value, seconds] = followsSystem ? ["", 0] : [next, 31_536_000];
    document.documentElement.dataset.theme = value;
    const secure = location.protocol === "https:" ? "; secure" : "";
    // The Cookie Store API is not in every browser that Educa serves.
    // biome-ignore lint/suspicious/noDocumentCookie: see above
    document.cookie = `theme=${value}; path=/; max-age=${seconds}; samesite=lax${secure}`;
    this.#show();
  }

  /** The label and icon name what a press will bring. */
  #show() {
    const next = this.#current === "dark" ? "light" : "dark";
    this.#button.dataset.to = next;
    this.querySelector(".label").textContent = this.dataset[next];
  }
}

customElements.define("theme-switch", ThemeSwitch);
