// Tables as files, the way spreadsheets read them.

export type Cell = string | number | boolean | null | undefined;

/** Rows as CSV (RFC 4180); missing is empty. */
export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows]
    .map((row) => row.map(escaped).join(","))
    .join("\r\n")
    .concat("\r\n");
}

/** Hand a text to the browser as a file. */
export function download(name: string, content: string, type = "text/csv;charset=utf-8"): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // the browser has to have begun before the address goes
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function escaped(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  const text = String(cell);
  // a text that a spreadsheet would run as a formula stays a text
  const safe = typeof cell === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
