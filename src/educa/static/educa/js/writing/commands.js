/**
 * What the tools over a text do, each by its name.
 *
 * They take the text with the places where the selection starts and ends, and the words to put where
 * nothing is selected; they give edits, and the places to select then.
 */

import { tableOf } from "./tables.js";

const ITEM = /^(\s*)(?:[-*+] \[[ xX]\] |[-*+] |\d+[.)] )/;
const HEADING = /^#{1,6} +/;
const QUOTE = /^> ?/;
const ADDRESS = "https://";

export const commands = {
  heading: lines(() => "## ", HEADING, /^## /),
  subheading: lines(() => "### ", HEADING, /^### /),
  list: lines(() => "- ", ITEM, /^\s*[-*+] (?!\[[ xX]\] )/),
  ordered: lines((number) => `${number}. `, ITEM, /^\s*\d+[.)] /),
  task: lines(() => "- [ ] ", ITEM, /^\s*[-*+] \[[ xX]\] /),
  quote: lines(() => "> ", null, QUOTE),
  indent: shifted(moveIn),
  outdent: shifted(moveOut),
  bold: wrap("**", "bold", (stars) => stars > 1),
  italic: wrap("*", "italic", (stars) => stars % 2 === 1),
  code: (place, words) => (isLong(place) ? commands.block(place, words) : inlineCode(place, words)),
  block,
  link,
  table: (place, { column, cell }) => {
    const row = [cell, cell];
    return asBlock(place, tableOf([[column, column], row, row]), [2, 2 + column.length]);
  },
  formula,
  footnote,
};

/** Edits that put `text` in the place of the selection. */
function instead({ start, end }, text, select) {
  return {
    edits: [{ start, end, text }],
    select: select ?? [start + text.length, start + text.length],
  };
}

/** Without the blanks around it; where nothing is selected, the word at the caret. */
function tight({ text, start, end }) {
  let [from, to] = [start, end];
  if (from === to) {
    while (from > 0 && /[\p{L}\p{N}]/u.test(text[from - 1])) from--;
    while (to < text.length && /[\p{L}\p{N}]/u.test(text[to])) to++;
    if (from === start || to === end) [from, to] = [start, end];
  }
  while (from < to && /\s/.test(text[from])) from++;
  while (to > from && /\s/.test(text[to - 1])) to--;
  return { text, start: from, end: to };
}

/** Puts a mark on both sides of what is selected, or takes it away where `isThere` for as many. */
function wrap(mark, name, isThere) {
  return (place, words) => {
    const { text, start, end } = tight(place);
    const around = Math.min(runBefore(text, start, mark[0]), runAfter(text, end, mark[0]));
    const inner = text.slice(start, end);
    const size = mark.length;
    if (around && isThere(around))
      return instead({ start: start - size, end: end + size }, inner, [start - size, end - size]);
    const within = Math.min(runAfter(inner, 0, mark[0]), runBefore(inner, inner.length, mark[0]));
    if (within && isThere(within) && inner.length > 2 * size)
      return instead({ start, end }, inner.slice(size, -size), [start, end - 2 * size]);
    const body = inner || words[name];
    const begin = start + size;
    return instead({ start, end }, mark + body + mark, [begin, begin + body.length]);
  };
}

function runBefore(text, place, sign) {
  let from = place;
  while (from > 0 && text[from - 1] === sign) from--;
  return place - from;
}

function runAfter(text, place, sign) {
  let to = place;
  while (text[to] === sign) to++;
  return to - place;
}

/** Puts a mark in front of each line, in the place of another one of its family; or takes it away. */
function lines(mark, family, has) {
  return (place) => {
    const { start, end, rows } = wholeLines(place);
    const written = rows.filter((row) => row.trim());
    const isDone = written.length > 0 && written.every((row) => has.test(row));
    let number = 0;
    const changed = rows.map((row) => {
      if (!row.trim() && rows.length > 1) return row;
      number++;
      return isDone ? unmarked(row, family ?? has) : marked(row, family, mark(number));
    });
    const gap = isDone ? "" : gapBefore(place.text, start, family ?? has);
    const text = gap + changed.join("\n");
    const last = start + text.length;
    return instead(
      { start, end },
      text,
      rows.length > 1 ? [start + gap.length, last] : [last, last],
    );
  };
}

function marked(row, family, mark) {
  if (!family) return mark + row;
  const indent = family === ITEM ? row.match(/^\s*/)[0] : "";
  return indent + mark + row.slice(indent.length).replace(family, "");
}

function unmarked(row, family) {
  return row.replace(family, family === ITEM ? "$1" : "");
}

/** An empty line between a paragraph and what begins after it. */
function gapBefore(text, start, family) {
  const above = text.slice(0, start).split("\n").at(-2) ?? "";
  return above.trim() && !family.test(above) ? "\n" : "";
}

function wholeLines({ text, start, end }) {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  // A line of which only the beginning is selected is not meant.
  const last = end > start && text[end - 1] === "\n" ? end - 1 : end;
  const next = text.indexOf("\n", last);
  const to = next < 0 ? text.length : next;
  return { start: from, end: to, rows: text.slice(from, to).split("\n") };
}

/** Moves items of lists; `move` changes one line, and knows how deep an item of this list goes. */
function shifted(move) {
  return (place) => {
    const { start, end, rows } = wholeLines(place);
    const above = place.text.slice(0, start).trimEnd().split("\n").at(-1) ?? "";
    const depth = markOf(above).length || markOf(rows[0]).length || 2;
    const text = rows.map((row) => (row.trim() ? move(row, depth) : row)).join("\n");
    const moved = rows.length > 1 ? [start, start + text.length] : caretIn(place, start, end, text);
    return instead({ start, end }, text, moved);
  };
}

function caretIn(place, start, end, text) {
  const grown = text.length - (end - start);
  return [place.start, place.end].map((caret) => Math.max(start, caret + grown));
}

function moveIn(row, depth) {
  return " ".repeat(depth) + row;
}

function moveOut(row, depth) {
  return row.replace(new RegExp(`^(?:\t| {1,${depth}})`), "");
}

/** The sign of an item, without what stands in front of it and without its box. */
function markOf(row) {
  return row.match(/^\s*([-*+] |\d+[.)] )/)?.[1] ?? "";
}

function isLong({ text, start, end }) {
  return text.slice(start, end).includes("\n");
}

function inlineCode(place, words) {
  return wrap("`", "code", (ticks) => ticks > 0)(place, words);
}

/** A block of code, with a fence that is longer than any in it. */
function block(place, words, language = "") {
  const inner = place.text.slice(place.start, place.end) || words.code;
  const longest = Math.max(2, ...(inner.match(/`{3,}/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const begin = fence.length + language.length + 1;
  return asBlock(place, `${fence}${language}\n${inner}\n${fence}`, [begin, begin + inner.length]);
}

/** Words that stand in lines of their own, with empty lines around them; `select` counts from their start. */
function asBlock(place, body, select) {
  const { text } = place;
  const { start, end } = place.start === place.end ? afterLine(place) : place;
  const [before, after] = [text.slice(0, start), text.slice(end)];
  const lead =
    before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = after.startsWith("\n\n")
    ? ""
    : after.startsWith("\n") || after === ""
      ? "\n"
      : "\n\n";
  const offset = start + lead.length;
  return instead(
    { start, end },
    lead + body + tail,
    select.map((place) => offset + place),
  );
}

/** The end of the line that the caret is in: what stands there is not torn apart. */
function afterLine({ text, start }) {
  const next = text.indexOf("\n", start);
  const to = next < 0 ? text.length : next;
  return { start: to, end: to };
}

/** Words that lead somewhere: what is selected, or what it leads to if that is an address. */
function link(place, words) {
  const { text, start, end } = tight(place);
  const inner = text.slice(start, end);
  if (isAddress(inner)) {
    return instead({ start, end }, `[${words.link}](${inner})`, [
      start + 1,
      start + 1 + words.link.length,
    ]);
  }
  const body = inner || words.link;
  const begin = start + body.length + 3;
  return instead({ start, end }, `[${body}](${ADDRESS})`, [begin, begin + ADDRESS.length]);
}

/** Whether these words are the address of a page, and nothing else. */
export function isAddress(words) {
  return /^(?:https?:\/\/|mailto:)[^\s<>()]+$/i.test(words);
}

function formula(place, words) {
  const { start, end, rows } = wholeLines(place);
  const inner = place.text.slice(place.start, place.end);
  const isAlone = !rows.join("\n").replace(inner, "").trim();
  if (!isAlone)
    return wrap("$", "formula", (signs) => signs > 0)(place, { ...words, formula: "x^2" });
  const body = inner || "a^2 + b^2 = c^2";
  return asBlock({ ...place, start, end }, `$$\n${body}\n$$`, [3, 3 + body.length]);
}

/** A number here, and its note at the end, where one goes on writing. */
function footnote({ text, end }, words) {
  const used = [...text.matchAll(/\[\^(\d{1,6})\]/g)].map((match) => Number(match[1]));
  const mark = `[^${Math.max(0, ...used) + 1}]`;
  const last = text.trimEnd();
  const gap = last.split("\n").at(-1).startsWith("[^") ? "\n" : "\n\n";
  const note = {
    start: Math.max(end, last.length),
    end: text.length,
    text: `${gap}${mark}: ${words.note}\n`,
  };
  const begin = note.start + mark.length + gap.length + mark.length + 2;
  return {
    edits: [note, { start: end, end, text: mark }],
    select: [begin, begin + words.note.length],
  };
}

/** What Enter does in a list or a quotation: the next item, or out of it where this one is empty. */
export function nextItem({ text, start, end }) {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const row = text.slice(from, start);
  const found = row.match(/^(\s*(?:> ?)*)([-*+] |(\d{1,9})([.)]) )?(\[[ xX]\] )?/);
  const [all, indent, sign, number, dot, box] = found;
  const isItem = sign || indent.includes(">");
  if (start !== end || !isItem) return null;
  // What is written next is no part of the list: an empty line says so.
  if (row === all) return instead({ start: from, end: start }, "\n");
  const next = number ? `${Number(number) + 1}${dot} ` : (sign ?? "");
  return instead({ start, end }, `\n${indent}${next}${box ? "[ ] " : ""}`);
}
