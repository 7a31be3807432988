/** A row of tools: one Tab to get there, arrows from one to the next, and a key for some of them. */

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** `more` shows the tools that don't fit into one line. `use` is told the name of the tool that was pressed, or whose key was pressed in `area`. */
export function toolbar(bar, more, area, use) {
  const tools = [...bar.querySelectorAll("button")];
  for (const tool of tools) nameKey(tool);
  folding(bar, more, tools);
  bar.addEventListener("click", ({ target }) => {
    const tool = target.closest("[data-command]");
    if (!tool) return;
    reach(tools, tool);
    use(tool.dataset.command);
  });
  // The text keeps its selection, and on a telephone its keyboard.
  bar.addEventListener("pointerdown", (event) => event.preventDefault());
  bar.addEventListener("keydown", (event) => {
    const next = nextOf(tools, event.key);
    if (!next) return;
    event.preventDefault();
    reach(tools, next);
    next.focus();
  });
  area.addEventListener("keydown", (event) => {
    const hasKey = (MAC ? event.metaKey : event.ctrlKey) && !event.shiftKey && !event.altKey;
    const tool = hasKey && tools.find((each) => each.dataset.key === event.key.toLowerCase());
    if (!tool) return;
    event.preventDefault();
    use(tool.dataset.command);
  });
}

/** Tools beyond the first line are there when asked for, and when the keys lead to one of them. */
function folding(bar, more, tools) {
  const isBeyond = (tool) => tool.offsetTop > tools[0].offsetTop;
  const show = (isAll) => {
    bar.parentElement.dataset.tools = isAll ? "all" : "some";
    more.setAttribute("aria-expanded", String(isAll));
  };
  more.addEventListener("pointerdown", (event) => event.preventDefault());
  more.addEventListener("click", () => show(more.getAttribute("aria-expanded") !== "true"));
  bar.addEventListener("focusin", ({ target }) => {
    if (isBeyond(target)) show(true);
  });
  const fit = () => {
    more.hidden = !isBeyond(tools.at(-1));
  };
  // With the button there is less room: what does not fit without it does not fit beside it either.
  new ResizeObserver(fit).observe(bar);
}

function nameKey(tool) {
  const key = tool.dataset.key?.toUpperCase();
  if (!key) return;
  tool.title = MAC ? `${tool.title} (⌘${key})` : `${tool.title} (Ctrl+${key})`;
  tool.setAttribute("aria-keyshortcuts", `${MAC ? "Meta" : "Control"}+${key}`);
}

/** Lets Tab lead to this one. */
function reach(tools, tool) {
  for (const each of tools) each.tabIndex = each === tool ? 0 : -1;
}

function nextOf(tools, key) {
  const place = tools.indexOf(document.activeElement);
  const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
  if (key === forward) return tools[(place + 1) % tools.length];
  if (key === back) return tools.at(place - 1);
  return { Home: tools[0], End: tools.at(-1) }[key];
}
