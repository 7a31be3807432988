/** Tables in Markdown. */

/** Rows of cells (Markdown each, the first row the heads of the columns) as a table. */
export function tableOf(rows) {
  const width = Math.max(...rows.map((row) => row.length));
  const [head, ...others] = rows.map((row) => line(row, width));
  return [head, line(Array(width).fill("---"), width), ...others].join("\n");
}

/** The cells of words copied from a spreadsheet, or nothing for other words. */
export function rowsOf(words) {
  const rows = words.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  const cells = rows.map((row) => row.split("\t"));
  const width = cells[0].length;
  const isTable = rows.length > 1 && width > 1 && cells.every((row) => row.length === width);
  // Code that is moved in by tabs is none.
  return isTable && cells.some((row) => row[0].trim()) && !rows.every((row) => /^\t|^$/.test(row))
    ? cells.map((row) => row.map((cell) => cell.trim()))
    : null;
}

function line(row, width) {
  const cells = Array.from({ length: width }, (_, column) => inCell(row[column] ?? ""));
  return `| ${cells.join(" | ")} |`;
}

function inCell(words) {
  return words
    .trim()
    .replace(/\\?\n+/g, "<br>")
    .replace(/(?<!\\)\|/g, "\\|");
}
