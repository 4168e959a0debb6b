/** One entry of a dump's table of contents, as `pg_restore --verbose` comments it. */
export interface TocEntry {
  readonly id: number;
  readonly type: string;
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly dependencies: readonly number[];
}

export interface Toc {
  readonly entries: readonly TocEntry[];
  /** Roles that own something or are granted something. */
  readonly roles: readonly string[];
}

const ENTRY =
  /^--\n-- TOC entry (\d+) \(class \d+ OID \d+\)\n(?:-- Dependencies: ([\d ]+)\n)?-- Name: (.*); Type: ([A-Z ]+); Schema: (.*); Owner: (.*)$/gm;
const GRANT =
  /^(?:GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) [^\n]*? (?:TO|FROM) ("(?:[^"]|"")+"|[^\s;"]+)(?: WITH [^;\n]*)?;$/gm;
const unquote = (name: string) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);

/**
 * Reads what `pg_restore --schema-only --verbose --file=-` prints. The text is that of the dump's author: it
 * only decides what is selected and whether owners are kept, never what runs.
 */
export function parseToc(sql: string): Toc {
  const entries: TocEntry[] = [];
  for (const match of sql.matchAll(ENTRY)) {
    const [, id, dependencies, name = "", type = "", schema = "", owner = ""] = match;
    const ids = (dependencies ?? "")
      .split(" ")
      .filter((text) => text !== "")
      .map(Number);
    entries.push({ id: Number(id), type, schema, name, owner, dependencies: ids });
  }
  const roles = new Set(entries.map((entry) => entry.owner));
  for (const match of sql.matchAll(GRANT)) roles.add(unquote(match[1] ?? ""));
  for (const nobody of ["", "-", "PUBLIC"]) roles.delete(nobody);
  return { entries, roles: [...roles] };
}

/** What belongs to a table and comes with it; all these depend on their table in the contents. */
const ATTACHED = new Set([
  "SEQUENCE",
  "SEQUENCE OWNED BY",
  "DEFAULT",
  "CONSTRAINT",
  "CHECK CONSTRAINT",
  "FK CONSTRAINT",
  "INDEX",
  "INDEX ATTACH",
  "TABLE ATTACH",
  "TRIGGER",
  "RULE",
  "POLICY",
  "ROW SECURITY",
  "COMMENT",
  "ACL",
  "STATISTICS",
]);

/**
 * Lines for `pg_restore --use-list` that restore only `tables` (`schema.table`) with their rows, sequences,
 * indexes, constraints, triggers and rights. `listing` is what `pg_restore --list` prints. Tables that the
 * dump does not hold are answered in `missing`.
 */
export function selectFromToc(toc: Toc, listing: string, tables: readonly string[]) {
  const isTable = (entry: TocEntry) => entry.type === "TABLE" || entry.type === "FOREIGN TABLE";
  const wanted = toc.entries.filter(
    (entry) => isTable(entry) && tables.includes(`${entry.schema}.${entry.name}`),
  );
  const missing = tables.filter(
    (table) => !wanted.some((entry) => `${entry.schema}.${entry.name}` === table),
  );
  const ids = new Set(wanted.map((entry) => entry.id));
  const comesAlong = (entry: TocEntry): boolean => {
    if (!ATTACHED.has(entry.type)) return false;
    // These depend on two tables and belong to one of them, or need both.
    if (entry.type.endsWith(" ATTACH")) return entry.dependencies.every((id) => ids.has(id));
    if (entry.type !== "FK CONSTRAINT") return entry.dependencies.some((id) => ids.has(id));
    return wanted.some((table) => table.schema === entry.schema && entry.name.startsWith(`${table.name} `));
  };
  for (let before = -1; before !== ids.size; ) {
    before = ids.size;
    for (const entry of toc.entries) {
      if (comesAlong(entry)) ids.add(entry.id);
    }
  }
  const chosen = toc.entries.filter((entry) => ids.has(entry.id));
  const rows = chosen.filter(isTable).map((entry) => `TABLE DATA ${entry.schema} ${entry.name} `);
  const sequences = chosen
    .filter((entry) => entry.type === "SEQUENCE")
    .map((entry) => `SEQUENCE SET ${entry.schema} ${entry.name} `);
  const starts = [...rows, ...sequences];
  const lines = listing.split("\n").filter((line) => {
    const [, id, rest] = /^(\d+); \d+ \d+ (.*)$/.exec(line) ?? [];
    return id !== undefined && (ids.has(Number(id)) || starts.some((start) => rest?.startsWith(start)));
  });
  return { lines, missing };
}
