import { AppError } from "#lib/core/errors";
import { files } from "#lib/engines/files";
import { mariadb } from "#lib/engines/mariadb";
import { mongodb } from "#lib/engines/mongodb";
import { mysql } from "#lib/engines/mysql";
import { postgres } from "#lib/engines/postgres";
import { sqlite } from "#lib/engines/sqlite";
import { sqlserver } from "#lib/engines/sqlserver";
import type { Engine } from "#lib/engines/types";

/**
 * Every datasource type that can be used, in the order in which a person is offered them. Each config's exact
 * type is forgotten: callers pass what the engine's own schema has parsed.
 */
export const engines: readonly Engine[] = [postgres, mysql, mariadb, mongodb, sqlserver, sqlite, files];

/** The engine of a type. Throws VALIDATION_ERROR where this version does not support it. */
export function engineFor(type: string): Engine {
  const engine = engines.find((candidate) => candidate.type === type);
  if (engine === undefined) {
    throw new AppError("VALIDATION_ERROR", `Datasource type ${JSON.stringify(type)} is not supported.`, {
      details: [{ field: "type", message: "Not a supported datasource type." }],
    });
  }
  return engine;
}
