/** Changes of the words in a text area that can be taken back with the keys of the browser. */

// The browser's own way takes a millisecond a line, and ever more the more lines there are.
const MOST_LINES = 100;

/** Makes the edits (`start`, `end`, `text`), the last in the text first, and selects `select`. */
export function change(area, { edits, select }) {
  area.focus({ preventScroll: true });
  for (const edit of [...edits].sort((a, b) => b.start - a.start)) replace(area, edit);
  if (select) area.setSelectionRange(...select);
}

/** Puts `text` in the place of the selection. */
export function insert(area, text) {
  change(area, { edits: [{ start: area.selectionStart, end: area.selectionEnd, text }] });
}

/** Puts blocks in the place of the selection, with empty lines around them; in the middle of a line without. */
export function insertApart(area, text) {
  const before = area.value.slice(0, area.selectionStart);
  const after = area.value.slice(area.selectionEnd);
  const isWithin = /[^\n]$/.test(before) && /^[^\n]/.test(after);
  if (isWithin && !text.includes("\n")) return insert(area, text);
  const gap = (isApart, isNear) => (isApart ? "" : isNear ? "\n" : "\n\n");
  const lead = gap(!before || before.endsWith("\n\n"), before.endsWith("\n"));
  const tail = gap(!after || after.startsWith("\n\n"), after.startsWith("\n"));
  return insert(area, lead + text + tail);
}

/**
 * Puts other words in the place of some that are found in the text; false when they are not there.
 *
 * Whoever is writing stays where they are.
 */
export function swap(area, words, text) {
  const start = area.value.indexOf(words);
  if (start < 0) return false;
  const end = start + words.length;
  const moved = (place) => {
    if (place <= start) return place;
    return place >= end ? place + text.length - words.length : start + text.length;
  };
  const select = [moved(area.selectionStart), moved(area.selectionEnd)];
  const [focused, top] = [document.activeElement, area.scrollTop];
  change(area, { edits: [{ start, end, text }], select });
  area.scrollTop = top;
  if (focused !== area) focused?.focus?.({ preventScroll: true });
  return true;
}

function replace(area, { start, end, text }) {
  if (start === end && !text) return;
  area.setSelectionRange(start, end);
  const lines = Math.max(countLines(text), countLines(area.value.slice(start, end)));
  // In front of an open dialog the text can't have the focus, and the browser would write elsewhere.
  const isHere = document.activeElement === area;
  if (!isHere || lines > MOST_LINES || !ask(text)) replaceAtOnce(area, start, end, text);
}

// Deprecated, and the only way for which every browser has an undo.
function ask(text) {
  return text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
}

/** Long words at once: the browser knows no way back, so it is remembered here. */
function replaceAtOnce(area, start, end, text) {
  const before = { text: area.value, select: [start, end] };
  area.setRangeText(text, start, end, "end");
  tell(area);
  const after = area.value;
  area.addEventListener("keydown", function undo(event) {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
    if (!isUndo || area.value !== after) return;
    event.preventDefault();
    area.removeEventListener("keydown", undo);
    area.value = before.text;
    area.setSelectionRange(...before.select);
    tell(area);
  });
}

function tell(area) {
  area.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function countLines(text) {
  return text.split("\n", MOST_LINES + 2).length;
}
