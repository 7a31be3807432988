/** What is pasted or dropped into a text becomes Markdown, or a file beside it. */

import { isAddress } from "./commands.js";
import { fromHtml } from "./from-html.js";
import { change, insert, insertApart } from "./surface.js";
import { rowsOf, tableOf } from "./tables.js";
import { fileOf } from "./uploads.js";

/** `uploads` may be missing; `isMarkdown` says what the text is, and `note` tells what was left out. */
export function pasting(area, { uploads, isMarkdown, note }) {
  let isPlain = false;
  area.addEventListener("keydown", (event) => {
    isPlain = event.shiftKey && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "v";
  });
  area.addEventListener("paste", (event) => {
    const isAsIs = isPlain || !isMarkdown();
    isPlain = false;
    if (take(area, event.clipboardData, { uploads, note, isAsIs })) event.preventDefault();
  });
  area.addEventListener("dragover", (event) => {
    if (uploads && event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  area.addEventListener("drop", (event) => {
    const files = [...event.dataTransfer.files];
    if (!files.length) return;
    event.preventDefault();
    if (!uploads || !isMarkdown()) return;
    area.focus();
    uploads.add(files);
  });
}

/** Whether something was put into the text, so that the browser need not. */
function take(area, clipboard, { uploads, note, isAsIs }) {
  const [html, words] = [clipboard.getData("text/html"), clipboard.getData("text/plain")];
  const files = [...clipboard.files];
  if (isAsIs) return false;
  // A picture alone comes with HTML that shows it, a file with its name; words from Word come with a
  // picture of them.
  if (files.length && uploads && !(html && words.trim())) {
    uploads.add(files);
    return true;
  }
  if (isInCode(area)) return false;
  return (
    takeLink(area, words) ||
    takeHtml(area, clipboard, html, { uploads, note }) ||
    takeTable(area, words)
  );
}

function takeLink(area, words) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const selected = value.slice(start, end);
  if (!isAddress(words.trim()) || !selected.trim() || /\n/.test(selected) || isAddress(selected))
    return false;
  const text = `[${selected}](${words.trim()})`;
  change(area, { edits: [{ start, end, text }] });
  return true;
}

function takeHtml(area, clipboard, html, { uploads, note }) {
  // Code comes from editors with its colors.
  if (!html || clipboard.types.includes("vscode-editor-data")) return false;
  const nameOf = uploads && ((alt) => uploads.placeFor(alt || "…"));
  const found = fromHtml(html, { nameOf });
  if (!found) return false;
  if (found.markdown.includes("\n")) insertApart(area, found.markdown);
  else insert(area, found.markdown);
  let { dropped } = found;
  for (const { words, src, alt } of found.pictures) {
    const file = fileOf(src, alt);
    if (file) uploads.bring(file, words, alt ?? "");
    else dropped += uploads.giveUp(words);
  }
  if (dropped) note(dropped);
  return true;
}

function takeTable(area, words) {
  const rows = rowsOf(words);
  if (!rows) return false;
  insertApart(area, tableOf(rows));
  return true;
}

/** Whether the caret is between the fences of a block of code. */
function isInCode(area) {
  const above = area.value.slice(0, area.selectionStart);
  return (above.match(/^ {0,3}(?:```|~~~)/gm) ?? []).length % 2 === 1;
}
