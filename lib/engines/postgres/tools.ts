import { join } from "node:path";
import { AppError } from "#lib/core/errors";
import type { ToolReport } from "#lib/engines/types";
import { namesIn, pathDirectories, versionLine } from "#lib/engines/with-client-tools";

export type PostgresTool = "pg_dump" | "pg_restore";

export interface FoundTool {
  readonly name: PostgresTool;
  readonly path: string;
  readonly major: number;
  /** For example "15.18". */
  readonly version: string;
}

/** Where packages put clients of several versions side by side: parent folder, then what follows it. */
const PARENTS = [
  ["/usr/lib/postgresql", "bin"],
  ["/usr/local/lib/postgresql", "bin"],
  ["/opt/homebrew/opt", "bin"],
  ["/usr/local/opt", "bin"],
] as const;

/** All folders that may hold PostgreSQL's client tools, most specific first. */
export async function toolDirectories(): Promise<string[]> {
  const nested = await Promise.all(
    PARENTS.map(async ([parent, sub]) => (await namesIn(parent)).map((name) => join(parent, name, sub))),
  );
  const versioned = (await namesIn("/usr")).filter((name) => name.startsWith("pgsql-"));
  const redHat = versioned.map((name) => join("/usr", name, "bin"));
  return [
    ...new Set([
      ...nested.flat(),
      ...redHat,
      "/usr/local/pgsql/bin",
      ...pathDirectories(),
      "/usr/local/bin",
      "/usr/bin",
    ]),
  ];
}

async function inspect(name: PostgresTool, path: string): Promise<FoundTool | null> {
  const version = /\)\s+(\d+(?:\.\d+)*)/.exec((await versionLine(path)) ?? "")?.[1];
  return version === undefined ? null : { name, path, version, major: Number.parseInt(version, 10) };
}

/** Every working copy of a tool, one per path. */
export async function findTools(name: PostgresTool, directories: readonly string[]): Promise<FoundTool[]> {
  const found = await Promise.all(directories.map((directory) => inspect(name, join(directory, name))));
  return found.filter((tool) => tool !== null);
}

const installText = (major: number | null) =>
  major === null
    ? "Install PostgreSQL's client tools, for example: apt-get install postgresql-client"
    : `Install the client tools of PostgreSQL ${major} or newer, for example: apt-get install postgresql-client-${major} ` +
      "(from apt.postgresql.org where your distribution has no such package)";

/**
 * The copy that fits a server: the same major version, else the smallest newer one (a client reads older
 * servers, never newer ones; PostgreSQL manual, pg_dump, Notes). Throws TOOL_MISSING.
 */
export async function chooseTool(
  name: PostgresTool,
  serverMajor: number,
  directories: readonly string[],
): Promise<FoundTool> {
  const found = (await findTools(name, directories)).sort((a, b) => a.major - b.major);
  const fitting = found.find((tool) => tool.major >= serverMajor);
  if (fitting !== undefined) return fitting;
  const newest = found.at(-1);
  const why =
    newest === undefined
      ? `${name} was not found on this machine.`
      : `The server runs PostgreSQL ${serverMajor}, the newest ${name} on this machine is ${newest.version}; it cannot read newer servers.`;
  throw new AppError("TOOL_MISSING", `${why} ${installText(serverMajor)}.`);
}

/** One line per tool for the person who sets this up: the newest copy found, or how to get one. */
export async function reportTools(directories: readonly string[]): Promise<ToolReport[]> {
  return Promise.all(
    (["pg_dump", "pg_restore"] as const).map(async (name) => {
      const newest = (await findTools(name, directories)).sort((a, b) => b.major - a.major)[0];
      return {
        name,
        path: newest?.path ?? null,
        version: newest?.version ?? null,
        install: installText(null),
      };
    }),
  );
}
