import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { connectionOf } from "#e2e/servers/world";

const run = promisify(execFile);
const BIG = 256 * 1024 * 1024;

/** Runs a program and answers its standard output; throws with its own words when it fails. */
export async function output(program: string, args: readonly string[]): Promise<string> {
  return (await run(program, args, { maxBuffer: BIG })).stdout;
}

/** A database as plain SQL, without the one pair of lines that is random in every dump. */
export async function plainDump(url: string): Promise<string> {
  const sql = await output("pg_dump", ["--dbname", url]);
  return sql.replaceAll(/^\\(un)?restrict .*$/gm, "");
}

/** `postgresql://…` of another database on the same server. The driver decodes no more than encodeURI encodes. */
export function siblingOf(url: string, database: string): string {
  const sibling = new URL(url);
  sibling.pathname = `/${encodeURI(database)}`;
  return sibling.href;
}

/** The name of the database that a URL leads to. */
export function databaseOf(url: string): string {
  return String(connectionOf(url).database);
}
