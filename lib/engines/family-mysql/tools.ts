import { join } from "node:path";
import { AppError } from "#lib/core/errors";
import {
  clientVersionOf,
  compareVersions,
  FLAVOUR_LABEL,
  type Flavour,
  type Version,
} from "#lib/engines/family-mysql/flavour";
import type { ToolReport } from "#lib/engines/types";
import { namesIn, pathDirectories, versionLine } from "#lib/engines/with-client-tools";

/** What a program is for: writing a dump, or feeding SQL to a server. */
export type Purpose = "dump" | "client";

/** Names under which programs of either flavour are installed; only `--version` tells which one it is. */
const NAMES: Readonly<Record<Purpose, readonly string[]>> = {
  dump: ["mariadb-dump", "mysqldump"],
  client: ["mariadb", "mysql"],
};

export interface FoundTool extends Version {
  readonly name: string;
  readonly path: string;
}

const PARENTS = ["/opt/homebrew/opt", "/usr/local/opt"];

/** All folders that may hold clients of MySQL or MariaDB. */
export async function toolDirectories(): Promise<string[]> {
  const nested = await Promise.all(
    PARENTS.map(async (parent) =>
      (await namesIn(parent))
        .filter((name) => /^(mysql|mariadb|percona)/.test(name))
        .map((name) => join(parent, name, "bin")),
    ),
  );
  const own = ["/usr/local/mysql/bin", "/usr/local/mariadb/bin", "/opt/mysql/bin"];
  return [...new Set([...pathDirectories(), "/usr/local/bin", "/usr/bin", ...own, ...nested.flat()])];
}

/** Every working program for a purpose. */
export async function findTools(purpose: Purpose, directories: readonly string[]): Promise<FoundTool[]> {
  const paths = directories.flatMap((directory) =>
    NAMES[purpose].map((name) => ({ name, path: join(directory, name) })),
  );
  const found = await Promise.all(
    paths.map(async ({ name, path }) => {
      const version = clientVersionOf((await versionLine(path)) ?? "");
      return version === null ? null : { name, path, ...version };
    }),
  );
  return found.filter((tool) => tool !== null);
}

/** How to get the clients of a flavour. */
export const INSTALL: Readonly<Record<Flavour, string>> = {
  mariadb: "Install MariaDB's client tools, for example: apt-get install mariadb-client",
  mysql:
    "Install MySQL's client tools, for example: apt-get install mysql-client " +
    "(from repo.mysql.com where your distribution has no such package; MariaDB's are used where these are missing)",
};

/**
 * The one that fits a server best: of its own flavour and not older than it (the oldest such), else the newest
 * of its flavour, else the newest of the other one, whose options are chosen accordingly. Null where none is.
 */
export function bestFit(tools: readonly FoundTool[], server: Version): FoundTool | null {
  const oldestFirst = tools.toSorted((a, b) => compareVersions(a.number, b.number));
  const own = oldestFirst.filter((tool) => tool.flavour === server.flavour);
  const [major = "0", minor = "0"] = server.number.split(".");
  const fitting = own.find((tool) => compareVersions(tool.number, `${major}.${minor}`) >= 0);
  return fitting ?? own.at(-1) ?? oldestFirst.at(-1) ?? null;
}

/** Finds the program for a server; `warn` hears where it is not quite the right one. Throws TOOL_MISSING. */
export async function chooseTool(
  purpose: Purpose,
  server: Version,
  directories: readonly string[],
  warn: (message: string) => void,
): Promise<FoundTool> {
  const tool = bestFit(await findTools(purpose, directories), server);
  if (tool === null) {
    const names = NAMES[purpose].join(" nor ");
    throw new AppError(
      "TOOL_MISSING",
      `Neither ${names} was found on this machine. ${INSTALL[server.flavour]}.`,
    );
  }
  if (tool.flavour !== server.flavour) {
    warn(
      `${tool.name} ${tool.number} is a client of ${FLAVOUR_LABEL[tool.flavour]}, the server is ` +
        `${FLAVOUR_LABEL[server.flavour]} ${server.number}. ${INSTALL[server.flavour]}.`,
    );
  }
  return tool;
}

/** One line per purpose for the person who sets this up: the newest of the flavour, else of the other. */
export async function reportTools(flavour: Flavour, directories: readonly string[]): Promise<ToolReport[]> {
  const names = flavour === "mariadb" ? ["mariadb-dump", "mariadb"] : ["mysqldump", "mysql"];
  return Promise.all(
    (["dump", "client"] as const).map(async (purpose, index) => {
      const tool = bestFit(await findTools(purpose, directories), { flavour, number: "99999" });
      const version = tool === null ? null : `${tool.number} (${FLAVOUR_LABEL[tool.flavour]})`;
      return {
        name: tool?.name ?? names[index] ?? "",
        path: tool?.path ?? null,
        version,
        install: INSTALL[flavour],
      };
    }),
  );
}
