/** Words for who can't see what a script has changed. */

let region;

/** Makes the place that screen readers listen to; words in a new one are often missed. */
export function prepare() {
  if (region?.isConnected) return;
  region = document.createElement("p");
  region.className = "visually-hidden";
  region.setAttribute("role", "status");
  document.body.append(region);
}

/** Says some words politely; the same ones twice are heard twice. */
export function announce(words) {
  prepare();
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = words;
  });
}
