/** The rows of an outline: modules, and the contents in them. */

export const isModule = (row) => row.classList.contains("outline-module");
export const keyOf = (row) => row.id.slice(row.id.indexOf("-") + 1);
export const titleOf = (row) => row.querySelector("bdi").textContent;
export const moduleOf = (content) => content.closest(".outline-module");
export const indexOf = (row) => [...row.parentElement.children].indexOf(row);
export const whereIs = (row) => ({ list: row.parentElement, index: indexOf(row) });
export const rowOf = (element) => element?.closest(".outline-content, .outline-module");

/** The list of a module's contents, or null while they are not loaded. */
export const contentsOf = (module) => module.querySelector(".outline-contents");

/** How many rows come before those of the page; a list of contents begins with the first. */
export const offsetOf = (list) => list.start - 1;

/** The place among all siblings, counted from 0. */
export const placeOf = (row) => offsetOf(row.parentElement) + indexOf(row);

/** How many rows there are, here and elsewhere. */
export const countOf = (list) => list.children.length + Number(list.dataset.more);

/** Whether no row comes after those of the page. */
export const isAtEnd = (list) => offsetOf(list) + list.children.length >= countOf(list);

/** Puts the row at this index of a list; the focus stays where it was. */
export function put(row, { list, index }) {
  const before = row.parentElement;
  if (before === list && indexOf(row) === index) return;
  const focused = row.contains(document.activeElement) ? document.activeElement : null;
  const others = [...list.children].filter((other) => other !== row);
  list.insertBefore(row, others[index] ?? null);
  focused?.focus({ preventScroll: true });
  count(before);
  count(list);
}

/** Takes the row out; gives what puts it back. */
export function takeOut(row) {
  const from = whereIs(row);
  row.remove();
  count(from.list);
  return () => {
    const others = from.list.children;
    from.list.insertBefore(row, others[from.index] ?? null);
    count(from.list);
  };
}

/** Says beside the module's title how many contents the list has. */
export function count(list) {
  const shown = list?.closest(".outline-module")?.querySelector(".count");
  if (shown && list.classList.contains("outline-contents")) shown.textContent = countOf(list);
}

/** The words with what stands in braces filled in. */
export function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
