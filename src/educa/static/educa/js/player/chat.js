/** The chat beside a lesson: what shows it is loaded when it is opened first, and stays while one reads on. */

import { getText } from "../requests.js";

const BESIDE = matchMedia("(width >= 80rem)"); // there is room for it in the page
let panel;
let loading;
let opener;

/** Opens the panel, and gives the room in it. Throws Failure where it can't be loaded. */
export async function openChat(player, link) {
  opener = link;
  if (!panel) {
    loading ??= load(player, link.href).finally(() => {
      loading = undefined;
    });
    panel = await loading;
  }
  panel.hidden = false;
  cover(player);
  mark("true");
  const room = panel.querySelector("chat-room");
  count(room.unseen);
  return room;
}

export function closeChat(player) {
  panel.hidden = true;
  cover(player);
  mark("false");
  opener?.focus();
}

export const isOpen = () => Boolean(panel && !panel.hidden);

async function load(player, address) {
  const [html] = await Promise.all([
    getText(address, { "X-Educa-Part": "chat" }),
    import("../chat-room.js"),
  ]);
  const part = new DOMParser().parseFromString(html, "text/html");
  const sheet = part.querySelector("link[rel=stylesheet]");
  await new Promise((go) => {
    sheet.addEventListener("load", go);
    sheet.addEventListener("error", go);
    document.head.append(sheet);
  });
  const made = document.createElement("aside");
  made.className = "chat-panel";
  made.id = "chat-panel";
  made.append(part.querySelector("chat-room"));
  made.setAttribute("aria-label", made.querySelector("h2").textContent);
  made.addEventListener("educa:chat-close", () => closeChat(player));
  made.addEventListener("educa:chat-unread", ({ detail }) => count(detail.count));
  player.append(made);
  BESIDE.addEventListener("change", () => cover(player));
  return made;
}

/** Where it lies over the lesson, nothing under it can be reached. */
function cover(player) {
  const isOver = !BESIDE.matches && !panel.hidden;
  const under = [...player.children, ...document.querySelectorAll("body > :not(main)")];
  for (const element of under) element.inert = isOver && element !== panel;
  document.documentElement.classList.toggle("has-chat-over", isOver);
}

function mark(isExpanded) {
  for (const link of document.querySelectorAll(".chat-open")) {
    link.setAttribute("aria-expanded", isExpanded);
    link.setAttribute("aria-controls", "chat-panel");
  }
}

function count(number) {
  for (const badge of document.querySelectorAll(".chat-open .chat-count")) {
    badge.textContent = number || "";
  }
}
