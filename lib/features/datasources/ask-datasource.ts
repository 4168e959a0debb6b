import { AppError, validationError } from "#lib/core/errors";
import type { Datasource } from "#lib/db/generated/client";
import { engineFor } from "#lib/engines/registry";
import type { Engine, EngineIo } from "#lib/engines/types";
import type { Context } from "#lib/features/context";
import { enginePlaces } from "#lib/features/engine-places";
import { openConfig, parseConfig } from "#lib/features/secrets/config";
import { withTempDirectory } from "#lib/features/temp-directory";
import { LimitError, withinLimit } from "#lib/features/within-limit";

interface Question<T> {
  /** Names the temporary directory. */
  readonly purpose: "schema" | "query" | "databases";
  /** For all of it: connecting, asking, reading. */
  readonly limitMs: number;
  /** Another database on the same server. */
  readonly database: string | undefined;
  ask(engine: Engine, config: object, io: EngineIo): Promise<T>;
}

/**
 * Asks a saved datasource for something, outside of any transaction, until its time is over or the caller
 * goes away. Every rejection is an AppError.
 */
export async function askDatasource<T>(
  ctx: Context,
  row: Pick<Datasource, "id" | "type" | "connectionConfig">,
  question: Question<T>,
): Promise<T> {
  const engine = engineFor(row.type);
  const stored = openConfig(engine.config, row.connectionConfig, { noun: "datasource", id: row.id });
  const config = question.database === undefined ? stored : select(engine, stored, question.database);
  const places = await enginePlaces(ctx.db);
  try {
    return await withinLimit({ limitMs: question.limitMs, signal: ctx.signal }, (signal) =>
      withTempDirectory(question.purpose, (tempDirectory) =>
        question.ask(engine, config, { signal, tempDirectory, places, log: () => undefined }),
      ),
    );
  } catch (error) {
    if (ctx.signal?.aborted) throw new AppError("CANCELLED", "Cancelled.", { cause: error });
    if (error instanceof LimitError) {
      const message = `No answer within ${question.limitMs / 1000} seconds. Check host, port and firewall.`;
      throw new AppError("CONNECTION_FAILED", message, { cause: error, details: { reason: "timeout" } });
    }
    throw error instanceof AppError ? error : engine.explain(error);
  }
}

function select(engine: Engine, config: object, database: string): object {
  if (engine.databases) return parseConfig(engine.config, engine.databases.select(config, database), "");
  throw validationError([{ field: "database", message: `${engine.label} has no databases to choose from.` }]);
}
