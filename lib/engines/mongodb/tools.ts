import { join } from "node:path";
import { AppError } from "#lib/core/errors";
import type { ToolReport } from "#lib/engines/types";
import { pathDirectories, versionLine } from "#lib/engines/with-client-tools";

export type MongodbTool = "mongodump" | "mongorestore";

export interface FoundTool {
  readonly name: MongodbTool;
  readonly path: string;
  /** For example "100.10.0"; null for a build that does not know its own. */
  readonly version: string | null;
}

const INSTALL =
  "Install the MongoDB Database Tools (package mongodb-database-tools, " +
  "https://www.mongodb.com/try/download/database-tools)";

/** All folders that may hold MongoDB's client tools. */
export function toolDirectories(): string[] {
  return [...new Set([...pathDirectories(), "/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"])];
}

async function inspect(name: MongodbTool, path: string): Promise<FoundTool | null> {
  const said = /^mongo\w+ version: v?(\S+)/.exec((await versionLine(path)) ?? "")?.[1];
  if (said === undefined) return null;
  return { name, path, version: /^\d/.test(said) ? said : null };
}

/** The first working copy of a tool, or null. */
async function findTool(name: MongodbTool, directories: readonly string[]): Promise<FoundTool | null> {
  const found = await Promise.all(directories.map((directory) => inspect(name, join(directory, name))));
  return found.find((tool) => tool !== null) ?? null;
}

/** One generation of the tools serves every supported server. Throws TOOL_MISSING. */
export async function chooseTool(name: MongodbTool, directories: readonly string[]): Promise<FoundTool> {
  const found = await findTool(name, directories);
  if (found === null)
    throw new AppError("TOOL_MISSING", `${name} was not found on this machine. ${INSTALL}.`);
  return found;
}

/** For example "mongodump 100.10.0". */
export const nameOf = (tool: FoundTool) =>
  tool.version === null ? tool.name : `${tool.name} ${tool.version}`;

/** One line per tool for the person who sets this up. */
export async function reportTools(directories: readonly string[]): Promise<ToolReport[]> {
  return Promise.all(
    (["mongodump", "mongorestore"] as const).map(async (name) => {
      const found = await findTool(name, directories);
      return { name, path: found?.path ?? null, version: found?.version ?? null, install: INSTALL };
    }),
  );
}
