/** Takes HTML that somebody has copied apart, and leaves what means something. */

import { listsOfWord, notesOfWord } from "./word.js";

const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^'">])*>/gi;
const MEANINGLESS =
  "style, script, noscript, template, meta, link, title, xml, svg, button, select, textarea, iframe, object, [hidden]";
const BLOCKS =
  "p, div, h1, h2, h3, h4, h5, h6, ul, ol, table, pre, blockquote, hr, section, article";
const LINKS = /^(?:https?:|mailto:|tel:|\/(?!\/)|#)/i;

/**
 * The body of a page that nobody sees, with the words of `html` in it.
 *
 * The policy of the page forbids styles and handlers in attributes, for pages that nobody sees too; so
 * styles are looked up in `data-style`.
 */
export function parsed(html) {
  const harmless = html
    .replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(TAG, (tag) => tag.replace(/\s(style|on[a-z]+)\s*=/gi, " data-$1="));
  return new DOMParser().parseFromString(harmless, "text/html").body;
}

/** Makes meaningful HTML of what word processors and pages put on the clipboard; changes `body`. */
export function clean(body) {
  for (const element of body.querySelectorAll(MEANINGLESS)) element.remove();
  for (const element of [...body.querySelectorAll("*")]) if (isHidden(element)) element.remove();
  notesOfWord(body);
  listsOfWord(body);
  nest(body);
  for (const element of [...body.querySelectorAll("b, span, font, div, p, i, a")]) mean(element);
  // Headings, and the heads of columns, are bold anyway.
  for (const bold of body.querySelectorAll(
    ":is(h1, h2, h3, h4, h5, h6, tr:first-child) :is(b, strong)",
  ))
    unwrap(bold);
  for (const line of [...body.querySelectorAll("br")]) if (isIdle(line)) line.remove();
  for (const link of body.querySelectorAll("a")) if (!leadsSomewhere(link)) unwrap(link);
  for (const words of textsOf(body)) words.data = words.data.replaceAll("\u00a0", " ");
}

export function styleOf(element) {
  return (element.dataset.style ?? "").toLowerCase().replace(/\s+/g, "");
}

export function unwrap(element) {
  element.replaceWith(...element.childNodes);
}

function isHidden(element) {
  return /(?:^|;)display:none|mso-hide:all/.test(styleOf(element));
}

function leadsSomewhere(link) {
  return LINKS.test(link.getAttribute("href") ?? "") && !/^#_/.test(link.getAttribute("href"));
}

/** Whether a line break has words on one side only, so that it breaks nothing. */
function isIdle(line) {
  return isEdge(line, "previousSibling") || isEdge(line, "nextSibling");
}

function isEdge(line, side) {
  let beside = line[side];
  while (beside && beside.nodeType !== Node.ELEMENT_NODE && !beside.data?.trim()) {
    beside = beside[side];
  }
  return !beside || (beside.nodeType === Node.ELEMENT_NODE && beside.matches(BLOCKS));
}

/** Lists that stand directly in lists belong to the item before them, as Google's do not. */
function nest(body) {
  for (const list of [...body.querySelectorAll(":is(ul, ol) > :is(ul, ol)")]) {
    list.previousElementSibling?.append(list);
  }
}

/** Puts elements around words whose style alone says what they are. */
function mean(element) {
  const style = styleOf(element);
  if (element.matches("p.MsoTitle")) return rename(element, "h1");
  if (element.matches("p.MsoSubtitle")) return rename(element, "h2");
  if (element.matches("p.MsoQuote, p.MsoIntenseQuote")) return rename(element, "blockquote");
  if (element.matches("b, i") && /(?:^|;)font-(?:weight|style):(?:normal|400)/.test(style))
    return unwrap(element);
  if (!element.matches("span, font") || element.closest("h1, h2, h3, h4, h5, h6")) return;
  for (const [pattern, name] of STYLES) if (pattern.test(style)) wrap(element, name);
}

const STYLES = [
  [/(?:^|;)font-weight:(?:bold|[6-9]00)/, "strong"],
  [/(?:^|;)font-style:italic/, "em"],
  [/(?:^|;)text-decoration(?:-line)?:[^;]*line-through/, "del"],
  [/(?:^|;)vertical-align:super/, "sup"],
  [/(?:^|;)vertical-align:sub/, "sub"],
];

function wrap(element, name) {
  if (!element.textContent.trim() || element.closest(name)) return;
  const around = element.ownerDocument.createElement(name);
  around.append(...element.childNodes);
  element.append(around);
}

function rename(element, name) {
  const other = element.ownerDocument.createElement(name);
  other.append(...element.childNodes);
  element.replaceWith(other);
}

function textsOf(body) {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}
