import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { sqlite } from "#lib/engines/sqlite";
import type { Engine } from "#lib/engines/types";

export const scratch = mkdtempSync(join(tmpdir(), "dg-sqlite-"));
export const engine: Engine = sqlite;
export const file = (name: string) => join(scratch, name);
export const at = (name: string) => ({ file_path: file(name) });
export const RESTORE = {
  dropExisting: false,
  tables: [],
  parallelJobs: 1,
  extension: ".db",
  sourceName: null,
};

export function make(name: string, ...statements: string[]): void {
  const database = new Database(file(name));
  database.pragma("journal_mode = WAL");
  for (const statement of statements) database.exec(statement);
  database.close();
}

export const numbers = (to: number) =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${to})`;

/** Every kind of thing that a database can hold. */
export const SHAPES = [
  "CREATE TABLE plain (id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT NOT NULL, r REAL, n NUMERIC, b BLOB, any_)",
  `INSERT INTO plain (t, r, n, b, any_) ${numbers(500)} SELECT 'ünï 🗄 ' || i, i / 3.0, i, randomblob(40), CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 'text' ELSE 9223372036854775807 END FROM n`,
  "INSERT INTO plain (t, r, b) VALUES ('infinite', 9e999, zeroblob(50000000))",
  'CREATE TABLE "select" ("from" INT, "a ""quoted"" name" TEXT, "ключ" ANY) ',
  `INSERT INTO "select" VALUES (1, 'x', 2)`,
  "CREATE TABLE keyed (a TEXT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID",
  "INSERT INTO keyed VALUES ('a', 1), ('b', 2)",
  "CREATE TABLE strict_ (i INTEGER, total INT GENERATED ALWAYS AS (i * 2) STORED, twice INT AS (i + 1)) STRICT",
  "INSERT INTO strict_ (i) VALUES (21)",
  "PRAGMA foreign_keys = OFF; CREATE TABLE hen (id INT PRIMARY KEY, egg INT REFERENCES egg(id)); CREATE TABLE egg (id INT PRIMARY KEY, hen INT REFERENCES hen(id)); INSERT INTO hen VALUES (1, 1); INSERT INTO egg VALUES (1, 1)",
  "CREATE VIRTUAL TABLE words USING fts5(body); INSERT INTO words VALUES ('the quick brown fox')",
  "CREATE VIEW seen AS SELECT count(*) AS c FROM plain",
  "CREATE TRIGGER noted AFTER INSERT ON keyed BEGIN UPDATE strict_ SET i = i; END",
  "CREATE INDEX partial ON plain (lower(t)) WHERE n > 10",
  "CREATE TABLE empty (x)",
  "CREATE TABLE million (n INTEGER PRIMARY KEY, t TEXT)",
  `INSERT INTO million ${numbers(1_000_000)} SELECT i, hex(i) FROM n`,
];

/** What the sqlite3 program, which is not ours, reads out of it. */
export const contents = async (config: object) =>
  execFileSync("sqlite3", [(config as { file_path: string }).file_path, ".sha3sum --schema"], {
    encoding: "utf8",
  });

/** A process of its own that runs `body` with an open database `db`; says a line when it has begun. */
export async function other(
  name: string,
  body: string,
): Promise<{ child: ChildProcess; end: () => Promise<void> }> {
  const code = `const D = require("better-sqlite3"); const db = new D(${JSON.stringify(file(name))}, { timeout: 20000 }); ${body}; console.log("up");`;
  const child = spawn(process.execPath, ["-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: process.cwd(),
  });
  await once(child.stdout as NodeJS.ReadableStream, "data");
  const end = async () => {
    if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
  };
  return { child, end };
}
