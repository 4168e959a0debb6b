import { homedir } from "node:os";
import { join } from "node:path";
import { AppError } from "#lib/core/errors";
import type { ToolReport } from "#lib/engines/types";
import { dotnetVariables, pathDirectories, versionLine } from "#lib/engines/with-client-tools";

export interface FoundSqlpackage {
  readonly path: string;
  /** For example "170.2.70.1". */
  readonly version: string;
}

const INSTALL =
  "Install SqlPackage, which only .bacpac backups need: dotnet tool install -g microsoft.sqlpackage as the " +
  "worker's user, or unpack https://aka.ms/sqlpackage-linux into /opt/sqlpackage and make its file sqlpackage executable";

/** All folders that may hold sqlpackage: PATH, that of .NET's global tools, and where archives are unpacked. */
export function sqlpackageDirectories(): string[] {
  const usual = ["/opt/sqlpackage", "/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"];
  return [...new Set([...pathDirectories(), join(homedir(), ".dotnet", "tools"), ...usual])];
}

/** What the tool is given besides its own: no reports to its maker, no socket for debuggers. */
export function sqlpackageEnvironment(): Record<string, string> {
  return { ...dotnetVariables(), DACFX_TELEMETRY_OPTOUT: "1", DOTNET_EnableDiagnostics: "0" };
}

async function findSqlpackage(directories: readonly string[]): Promise<FoundSqlpackage | null> {
  const question = { argument: "/Version", env: { ...sqlpackageEnvironment(), HOME: homedir() } };
  for (const directory of directories) {
    const path = join(directory, "sqlpackage");
    const version = /^\d+(\.\d+)+/.exec((await versionLine(path, question)) ?? "")?.[0];
    if (version !== undefined) return { path, version };
  }
  return null;
}

/** The first copy that works. Throws TOOL_MISSING. */
export async function chooseSqlpackage(directories: readonly string[]): Promise<FoundSqlpackage> {
  const found = await findSqlpackage(directories);
  if (found !== null) return found;
  throw new AppError(
    "TOOL_MISSING",
    `sqlpackage was not found on this machine, or does not run there. ${INSTALL}.`,
  );
}

/** For the person who sets this up. */
export async function reportSqlpackage(directories: readonly string[]): Promise<ToolReport[]> {
  const found = await findSqlpackage(directories);
  const onlyFor = { field: "backup_method", value: "bacpac" };
  const { path = null, version = null } = found ?? {};
  return [{ name: "sqlpackage", path, version, install: INSTALL, onlyFor }];
}
