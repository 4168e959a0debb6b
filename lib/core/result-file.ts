/** A result of a statement as files that people take away. */
export interface ResultTable {
  readonly columns: readonly { readonly name: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/**
 * RFC 4180, with NULL as nothing. Texts that a spreadsheet would run as a formula get an apostrophe in front
 * (OWASP, CSV injection); numbers stay numbers.
 */
export function toCsv({ columns, rows }: ResultTable): string {
  const lines = [columns.map((column) => field(column.name)), ...rows.map((row) => row.map(field))];
  return lines.map((cells) => `${cells.join(",")}\r\n`).join("");
}

function field(value: unknown): string {
  const text = textOf(value);
  const safe = /^[=+\-@\t\r]/.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A value as it stands in a cell; NULL is an empty text. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** One object per row; a name that comes again gets a number. */
export function toJsonRows({ columns, rows }: ResultTable): string {
  const taken = new Set<string>();
  const names = columns.map(({ name }) => {
    let free = name;
    for (let number = 2; taken.has(free); number += 1) free = `${name}_${number}`;
    taken.add(free);
    return free;
  });
  const objects = rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));
  return `${JSON.stringify(objects, null, 2)}\n`;
}
