const LIMIT = 4000; // milliseconds that somebody who signs out waits at most

/**
 * Signing out removes what this browser keeps: what waits is sent before, and one is asked where it can't be.
 *
 * `send` tries it and `isLeft` says whether anything is left then; `words` ask whether it may be lost.
 */
export function sendBeforeSigningOut({ send, isLeft, words }) {
  let isBusy = false;
  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    await Promise.race([send(), new Promise((go) => setTimeout(go, LIMIT))]);
    isBusy = false;
    if (!isLeft() || confirm(words)) event.target.submit();
  });
}
