/**
 * What contents are made of, wherever they are shown: of these elements, those that are on the page are loaded.
 *
 * The player shows other contents without loading the page again, and says so.
 */

const ELEMENTS = {
  "prose-text": () => import("./prose-text.js"),
  "prose-text pre": () => import("./copy-button.js"),
  "picture-viewer": () => import("./picture-viewer.js"),
  "media-player": () => import("./media-player.js"),
  "video-facade": () => import("./video-facade.js"),
  "pdf-frame": () => import("./pdf-frame.js"),
};

function load() {
  for (const [selector, get] of Object.entries(ELEMENTS)) {
    if (document.querySelector(selector)) get();
  }
}

load();
document.addEventListener("educa:lesson", load);
