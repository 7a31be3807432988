/** What Word says of lists and footnotes in styles of its own. */

/** Makes lists of paragraphs that Word only draws as items. */
export function listsOfWord(body) {
  let open = [];
  for (const paragraph of [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6, table")]) {
    const level = levelOf(paragraph);
    const goesOn = open.length && follows(open[0].list, paragraph);
    if (!level) continue;
    if (!goesOn) open = [];
    while (open.length && open.at(-1).level > level) open.pop();
    if (open.at(-1)?.level !== level) open.push(opened(paragraph, level, open.at(-1)));
    append(open.at(-1).list, paragraph);
  }
}

function levelOf(paragraph) {
  const found = paragraph.dataset.style?.match(/mso-list:\s*l\d+\s+level(\d)/i);
  return found ? Number(found[1]) : 0;
}

/** Whether nothing but blanks is between a list and the paragraph. */
function follows(list, paragraph) {
  let next = list.nextSibling;
  while (next && next.nodeType !== Node.ELEMENT_NODE && !next.data?.trim()) next = next.nextSibling;
  return next === paragraph;
}

function opened(paragraph, level, above) {
  const sign = signOf(paragraph)?.textContent.trim() ?? "";
  const isNumbered = /^\(?(?:\d+|[a-z]|[ivxlc]+)[.)]$/i.test(sign);
  const list = paragraph.ownerDocument.createElement(isNumbered ? "ol" : "ul");
  const first = Number.parseInt(sign, 10);
  if (isNumbered && first > 1) list.setAttribute("start", first);
  if (above) above.list.lastElementChild.append(list);
  else paragraph.before(list);
  return { list, level };
}

function append(list, paragraph) {
  signOf(paragraph)?.remove();
  const item = list.ownerDocument.createElement("li");
  item.append(...paragraph.childNodes);
  list.append(item);
  paragraph.remove();
}

/** The bullet or number that Word has written in front of the words. */
function signOf(paragraph) {
  return [...paragraph.querySelectorAll("span")].find((span) =>
    /mso-list:\s*ignore/i.test(span.dataset.style ?? ""),
  );
}

/** Makes notes of Markdown of the footnotes and endnotes of Word. */
export function notesOfWord(body) {
  for (const mark of [...body.querySelectorAll("a[href]")]) {
    const found = mark.getAttribute("href").match(/#_([a-z])[a-z]n(ref)?(\d+)$/);
    if (!found) continue;
    const [, kind, isBack, number] = found;
    // Endnotes are counted for themselves.
    const name = `[^${kind === "e" ? "e" : ""}${number}]`;
    // The mark in the text leads to the note, and the note back to its mark.
    const isApart = mark.nextSibling?.textContent.startsWith(" ");
    mark.replaceWith(asIs(mark, isBack ? `${name}:${isApart ? "" : " "}` : name));
  }
  for (const rule of body.querySelectorAll("hr")) {
    const next = rule.nextElementSibling;
    if (next?.matches('div[data-style*="mso-element:"]')) rule.remove();
  }
}

/** Words that are Markdown already, and must not be escaped. */
export function asIs(element, words) {
  const written = element.ownerDocument.createElement("x-markdown");
  written.textContent = words;
  return written;
}
