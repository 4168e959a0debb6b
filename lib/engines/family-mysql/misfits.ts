import { AppError } from "#lib/core/errors";
import { compareVersions, FLAVOUR_LABEL, type Version, versionText } from "#lib/engines/family-mysql/flavour";
import type { Selection, SourceLook } from "#lib/engines/family-mysql/source";
import { type FoundTool, INSTALL } from "#lib/engines/family-mysql/tools";

const refuse = (tool: FoundTool, server: Version, why: string) =>
  new AppError(
    "TOOL_MISSING",
    `${tool.name} ${versionText(tool)} does not suit ${FLAVOUR_LABEL[server.flavour]} ${server.number}: ${why} ` +
      `${INSTALL[server.flavour]}.`,
  );

/**
 * MariaDB's client writes values of generated columns, and vectors as text; MySQL takes neither, so that the
 * backup could not be restored. Throws TOOL_MISSING.
 */
export function assertRestorable(look: SourceLook, selection: Selection, tool: FoundTool): void {
  if (tool.flavour !== "mariadb" || look.version.flavour !== "mysql") return;
  const names = selection.tables.map(({ name }) => name).filter((name) => look.beyondMariadb.has(name));
  if (names.length === 0) return;
  const why = `what it writes of generated columns and vectors cannot be restored (${names.slice(0, 5).join(", ")}).`;
  throw refuse(tool, look.version, why);
}

/**
 * MySQL's clients from 8 on send the names with which they log in in a collation that MariaDB does not know,
 * and it reads them in its own character set instead. Throws TOOL_MISSING.
 */
export function assertNamesArrive(
  names: readonly string[],
  server: Version & { readonly namesCharset: string },
  tool: FoundTool,
): void {
  const understood = tool.flavour !== "mysql" || compareVersions(tool.number, "8.0") < 0;
  if (server.flavour !== "mariadb" || understood || server.namesCharset.startsWith("utf8")) return;
  const foreign = names.find((name) => /\P{ASCII}/u.test(name));
  if (foreign === undefined) return;
  throw refuse(tool, server, `the server would read the name ${foreign} as ${server.namesCharset}.`);
}

/** Whether a dump tool writes down what MySQL calls libraries. */
export const knowsLibraries = (tool: Version) =>
  tool.flavour === "mysql" && compareVersions(tool.number, "9.2") >= 0;
