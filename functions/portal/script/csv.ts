import { saveFile } from './save-file.ts';

/** A cell that begins with one of these is a formula to a spreadsheet. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: string): string {
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Returns the rows as RFC 4180 has them, with a mark by which spreadsheets know UTF-8. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** Saves the rows as a file. */
export function saveCsv(
  window: Window & typeof globalThis,
  name: string,
  rows: readonly (readonly string[])[],
): void {
  saveFile(window, { name, type: 'text/csv', text: csvOf(rows) });
}
