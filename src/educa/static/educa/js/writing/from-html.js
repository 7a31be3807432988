/** Markdown that says what HTML says. */

import Turndown from "../../vendor/turndown/turndown.min.js";
import { clean, parsed } from "./clean-html.js";
import { tableOf } from "./tables.js";
import { asIs } from "./word.js";

const MEANS =
  "a[href], b, strong, i, em, h1, h2, h3, h4, h5, h6, ul, ol, table, pre, code, img, blockquote, del, s, sup, sub, hr, math, x-markdown";

/**
 * The Markdown, the pictures in it that have to be uploaded, and how many were left out.
 *
 * `nameOf` gives the words that stand in for a picture (`data:`) until it is uploaded; without it, such
 * pictures are left out, too. Nothing is given for HTML that has only plain words in it.
 */
export function fromHtml(html, { nameOf = null, always = false } = {}) {
  const body = parsed(html);
  clean(body);
  if (!always && !body.querySelector(MEANS)) return null;
  const pictures = [];
  let dropped = 0;
  for (const picture of body.querySelectorAll("img")) {
    const address = ownAddress(picture);
    if (address) picture.setAttribute("src", address);
    else if (nameOf && picture.getAttribute("src")?.startsWith("data:image/")) {
      const words = nameOf(picture.getAttribute("alt"));
      pictures.push({ words, src: picture.getAttribute("src"), alt: picture.getAttribute("alt") });
      picture.replaceWith(asIs(picture, words));
    } else {
      dropped += picture.getAttribute("src") ? 1 : 0;
      picture.remove();
    }
  }
  return { markdown: converter().turndown(body), pictures, dropped };
}

/** The path of a picture of this site, without the site. */
function ownAddress(picture) {
  const src = picture.getAttribute("src") ?? "";
  if (src.startsWith("/") && !src.startsWith("//")) return src;
  return src.startsWith(`${location.origin}/`) ? src.slice(location.origin.length) : "";
}

let made;

function converter() {
  made ??= configured(
    new Turndown({
      headingStyle: "atx",
      hr: "---",
      bulletListMarker: "-",
      codeBlockStyle: "fenced",
      emDelimiter: "*",
      br: "\\",
    }),
  );
  return made;
}

function configured(service) {
  const escaped = service.escape.bind(service);
  // Signs that our Markdown reads besides: formulas, raw HTML, entities, struck words, notes.
  service.escape = (words) =>
    escaped(words)
      .replace(/\$(?=\S)/g, "\\$")
      .replace(/<(?=[a-z/!?])/gi, "\\<")
      .replace(/&(?=#?\w+;)/g, "\\&")
      .replace(/~~/g, "\\~~");
  service.addRule("written", { filter: "x-markdown", replacement: (_, node) => node.textContent });
  service.addRule("struck", {
    filter: ["del", "s", "strike"],
    replacement: (words) => `~~${words}~~`,
  });
  service.addRule("kept", {
    filter: ["sup", "sub", "kbd", "mark"],
    replacement: (words, node) => (words ? `<${tag(node)}>${words}</${tag(node)}>` : ""),
  });
  // Nothing between the brackets of Markdown's own picture would mean that it was forgotten.
  service.addRule("decoration", {
    filter: (node) => node.nodeName === "IMG" && node.getAttribute("alt") === "",
    replacement: (_, node) => `<img src="${node.getAttribute("src")}" alt="">`,
  });
  service.addRule("item", { filter: "li", replacement: item });
  service.addRule("box", { filter: isBox, replacement: (_, node) => boxOf(node) });
  service.addRule("code", { filter: isBareCode, replacement: (_, node) => fenced(node) });
  service.addRule("formula", { filter: "math", replacement: (_, node) => formulaOf(node) });
  service.addRule("table", { filter: "table", replacement: (words, node) => table(words, node) });
  service.addRule("cell", {
    filter: ["td", "th"],
    replacement: (words, node) => cell(words, node),
  });
  service.addRule("rows", {
    filter: ["tr", "thead", "tbody", "tfoot"],
    replacement: (words) => words,
  });
  service.addRule("caption", { filter: ["caption", "colgroup"], replacement: () => "" });
  return service;
}

function tag(node) {
  return node.nodeName.toLowerCase();
}

/** An item with as much room after its sign as the sign needs, and no more. */
function item(words, node) {
  const list = node.parentNode;
  const number = Number(list.getAttribute("start") || 1) + [...list.children].indexOf(node);
  const sign = list.nodeName === "OL" ? `${number}. ` : "- ";
  const body = words.trim().replace(/\n{2,}(?=\s*(?:[-*+]|\d+[.)]) )/g, "\n");
  const moved = body.replace(/\n(?=[^\n])/g, `\n${" ".repeat(sign.length)}`);
  return `${sign}${moved}${node.nextElementSibling ? "\n" : ""}`;
}

function isBox(node) {
  return node.nodeName === "INPUT" && node.getAttribute("type") === "checkbox";
}

function boxOf(node) {
  if (!node.closest("li")) return "";
  const gap = node.nextSibling?.textContent.startsWith(" ") ? "" : " ";
  return (node.hasAttribute("checked") ? "[x]" : "[ ]") + gap;
}

function isBareCode(node) {
  return node.nodeName === "PRE" && node.firstElementChild?.nodeName !== "CODE";
}

function fenced(node) {
  return `\n\n\`\`\`\n${node.textContent.replace(/\n$/, "")}\n\`\`\`\n\n`;
}

function formulaOf(node) {
  const source = node.querySelector('annotation[encoding="application/x-tex"]')?.textContent.trim();
  if (!source) return node.textContent.trim();
  return node.getAttribute("display") === "block" ? `\n\n$$\n${source}\n$$\n\n` : `$${source}$`;
}

const cells = new WeakMap();

function cell(words, node) {
  cells.set(node, words.trim());
  return `\n\n${words}\n\n`;
}

/** A table of data; what a table only arranges comes one after the other. */
function table(words, node) {
  const rows = [...node.rows].map((row) => [...row.cells]);
  const isData =
    rows.length > 1 && rows.some((row) => row.length > 1) && !node.querySelector("table");
  if (!isData) return `\n\n${words}\n\n`;
  return `\n\n${captionOf(node)}${tableOf(rows.map(spread))}\n\n`;
}

function spread(row) {
  return row.flatMap((each) => [
    cells.get(each) ?? "",
    ...Array(Math.min(100, Math.max(1, each.colSpan)) - 1).fill(""),
  ]);
}

function captionOf(node) {
  const words = node.caption?.textContent.trim();
  return words ? `${words}\n\n` : "";
}
