import { make } from "./dom.js";

// The same as chat/formatting.py.
const BLOCK = /^```[^\n`]*\n([\s\S]*?)\n?```[ \t]*$\n?/gm;
const INLINE = /`([^`\n]+)`|(https?:\/\/[^\s<>"]+)/gi;
const MENTION = /(?<![\p{L}\p{N}_@.+-])@([\p{L}\p{N}_.-]{1,150})/gu;
const ENDS = /[.,;:!?'"*_]+$/;

/** What somebody wrote as nodes: text, code, links and names. Nothing in it is ever read as HTML. */
export function nodesOf(text, mentions = [], me = "") {
  const names = new Set(mentions.map((name) => name.toLowerCase()));
  const nodes = [];
  let end = 0;
  for (const block of text.matchAll(BLOCK)) {
    nodes.push(...inLines(text.slice(end, block.index), names, me));
    nodes.push(make("pre", { tabindex: "0", dir: "ltr" }, make("code", {}, block[1])));
    end = block.index + block[0].length;
  }
  nodes.push(...inLines(text.slice(end), names, me));
  return nodes;
}

function inLines(text, names, me) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    const [, code, rest] = found;
    const address = rest && addressIn(rest);
    if (!code && !address) continue;
    nodes.push(...inWords(text.slice(end, found.index), names, me));
    nodes.push(code ? make("code", {}, code) : linkTo(address));
    end = found.index + (code ? found[0].length : address.length);
  }
  nodes.push(...inWords(text.slice(end), names, me));
  return nodes;
}

function inWords(text, names, me) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(MENTION)) {
    const name = found[1].replace(/[.-]+$/, "");
    if (!names.has(name.toLowerCase())) continue;
    if (found.index > end) nodes.push(text.slice(end, found.index));
    const isMe = name.toLowerCase() === me.toLowerCase();
    nodes.push(make("strong", { class: `chat-mention${isMe ? " is-me" : ""}` }, `@${name}`));
    end = found.index + 1 + name.length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}

function linkTo(address) {
  return make("a", { href: address, rel: "nofollow noopener ugc", target: "_blank" }, address);
}

/** The address without what ends the sentence around it; "" for what a browser can't open. */
export function addressIn(text) {
  let address = text.replace(ENDS, "");
  while (address.endsWith(")") && count(address, ")") > count(address, "(")) {
    address = address.slice(0, -1).replace(ENDS, "");
  }
  try {
    const { protocol } = new URL(address);
    return protocol === "http:" || protocol === "https:" ? address : "";
  } catch {
    return "";
  }
}

function count(text, sign) {
  return text.split(sign).length - 1;
}
