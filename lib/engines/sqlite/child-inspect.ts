import { createHash } from "node:crypto";
import type Database from "better-sqlite3";
import { openReadonly, quoted, Refusal, versionOf } from "#lib/engines/sqlite/child-open";
import type { SqliteInspection } from "#lib/engines/sqlite/protocol";

/** Lines of a failed check that are shown. */
const SHOWN = 3;

/** Checks a file that nobody writes and counts its tables. Throws DG_DAMAGED with what the check found. */
export function inspect({ path }: { path: string }): SqliteInspection {
  const database = openReadonly(path);
  try {
    const warnings: string[] = [];
    const integrity = check(database, warnings);
    const tables = countRows(database, warnings);
    const facts = { integrity, schema: schemaDigest(database) };
    return { version: versionOf(database), inventory: { tables, facts }, warnings };
  } finally {
    database.close();
  }
}

/**
 * Indexes sorted by rules that only the application has cannot be checked by anyone else: then the check
 * that leaves indexes out must do.
 */
function check(database: Database.Database, warnings: string[]): string {
  try {
    assertOk(database, "integrity_check");
    return "ok";
  } catch (error) {
    const said = error instanceof Error ? error.message : "";
    if (!/no such (collation|function|module)/.test(said)) throw error;
    assertOk(database, "quick_check");
    warnings.push(`Indexes were not checked, for the database needs its own application for it: ${said}.`);
    return "ok without indexes";
  }
}

function assertOk(database: Database.Database, pragma: string): void {
  const found = database.prepare(`PRAGMA ${pragma}`).pluck().all() as string[];
  if (found.length === 1 && found[0] === "ok") return;
  const lines = found.flatMap((text) => text.split("\n"));
  const more = lines.length > SHOWN ? ` and ${lines.length - SHOWN} more` : "";
  throw new Refusal("DG_DAMAGED", `${lines.slice(0, SHOWN).join("; ")}${more}`);
}

export interface TableRow {
  readonly name: string;
  readonly type: "table" | "view" | "virtual" | "shadow";
}

/** In name order, without SQLite's own. */
export function listTables(database: Database.Database): TableRow[] {
  const rows = database.prepare("SELECT name, type FROM pragma_table_list WHERE schema = 'main'").all();
  return (rows as TableRow[])
    .filter(({ name }) => !name.startsWith("sqlite_"))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Virtual tables are left out: what they hold lies in ordinary ones, or is not theirs. */
function countRows(database: Database.Database, warnings: string[]): Record<string, number> {
  const counts: [string, number][] = [];
  for (const { name, type } of listTables(database)) {
    if (type !== "table" && type !== "shadow") continue;
    const row = database
      .prepare(`SELECT count(*) FROM ${quoted(name)}`)
      .pluck()
      .get();
    counts.push([name, Number(row)]);
  }
  if (counts.length === 0) warnings.push("The database holds no tables.");
  return Object.fromEntries(counts);
}

function schemaDigest(database: Database.Database): string {
  const hash = createHash("sha256");
  const rows = database.prepare(
    "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name, tbl_name",
  );
  for (const row of rows.raw().iterate()) hash.update(`${JSON.stringify(row)}\n`);
  return `sha256:${hash.digest("hex")}`;
}
