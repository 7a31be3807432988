// What a player needs to play and to open its own site; it may not lead this page elsewhere.
const MAY = [
  "allow-scripts",
  "allow-same-origin",
  "allow-presentation",
  "allow-popups",
  "allow-popups-to-escape-sandbox",
];

/** Puts another host's player in place of a link to it, once the reader asks for it. */
class VideoFacade extends HTMLElement {
  connectedCallback() {
    this.querySelector("a")?.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#play();
    });
  }

  #play() {
    const frame = document.createElement("iframe");
    frame.sandbox.add(...MAY);
    frame.title = this.dataset.title;
    frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
    // Hosts refuse to play for a page that does not name its site; the path stays private.
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.src = this.dataset.src;
    this.replaceChildren(frame);
    frame.focus();
  }
}

customElements.define("video-facade", VideoFacade);
