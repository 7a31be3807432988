const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];
const STEP = 1024;

/** What the page says in this case, with the values in place of the names in braces. */
export function say(name, values = {}) {
  const words = document.getElementById("upload-words").dataset[name] ?? "";
  return words.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** A number of bytes as people read it. */
export function sizeOf(bytes) {
  const power = Math.min(Math.floor(Math.log(bytes || 1) / Math.log(STEP)), UNITS.length - 1);
  const options = { style: "unit", unit: UNITS[power], maximumFractionDigits: power > 1 ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang, options).format(
    bytes / STEP ** power,
  );
}

/** How much of a whole, as a whole number of hundredths; all of it only when it is all. */
export function percentOf(part, whole) {
  return whole ? Math.floor((100 * part) / whole) : 100;
}

/** A copy of a piece of the page. */
export function piece(name) {
  return document.getElementById(`upload-${name}`).content.firstElementChild.cloneNode(true);
}
