/** Makes Markdown of a text that came as HTML, and takes that back. */

import { fromHtml } from "./from-html.js";
import { change } from "./surface.js";

/** `notice` has the buttons; `format` is the hidden input that says what the text is. */
export function converting(notice, area, format, { note, changed }) {
  const part = (name) => notice.querySelector(`[data-part=${name}]`);
  let source = "";
  const turn = (isMarkdown) => {
    format.value = isMarkdown ? "markdown" : "html";
    for (const name of ["as-html", "convert"]) part(name).hidden = isMarkdown;
    for (const name of ["as-markdown", "revert"]) part(name).hidden = !isMarkdown;
    changed();
  };
  part("convert").addEventListener("click", () => {
    source = area.value;
    const { markdown, dropped } = fromHtml(source, { always: true });
    if (dropped) note(dropped);
    put(area, markdown);
    turn(true);
  });
  part("revert").addEventListener("click", () => {
    put(area, source);
    turn(false);
  });
}

function put(area, text) {
  change(area, { edits: [{ start: 0, end: area.value.length, text }], select: [0, 0] });
  area.scrollTop = 0;
}
