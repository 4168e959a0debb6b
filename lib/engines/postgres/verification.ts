import { AppError } from "#lib/core/errors";
import type { PostgresConfig } from "#lib/engines/postgres/config";
import { explainPostgres } from "#lib/engines/postgres/explain";
import { countRows, listRelations } from "#lib/engines/postgres/inventory";
import { withSession } from "#lib/engines/postgres/session";
import { createDatabase, dropDatabase } from "#lib/engines/postgres/target";
import type { Verification } from "#lib/engines/types";
import { VERIFICATION_PREFIX } from "#lib/engines/with-temporary";

/** Only databases of this prefix are ever created or dropped here. */
function assertOurs(name: string): void {
  if (name.startsWith(VERIFICATION_PREFIX) && Buffer.byteLength(name) <= 63 && !/\p{Cc}/u.test(name)) return;
  throw new AppError(
    "VALIDATION_ERROR",
    `A verification database must be called ${VERIFICATION_PREFIX}… (at most 63 bytes).`,
  );
}

async function explained<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw explainPostgres(error, "VERIFICATION_FAILED");
  }
}

export const postgresVerification: Verification<PostgresConfig> = {
  createTemporary: (config, name, io) =>
    explained(io.signal, async () => {
      assertOurs(name);
      await createDatabase(config, name, io.signal);
      return { ...config, database: name };
    }),
  inventory: (config, io) =>
    explained(io.signal, () =>
      withSession(config, io.signal, async (session) => {
        const tables = (await listRelations(session)).filter((table) => table.kind === "r" && table.dumped);
        return countRows(session, tables);
      }),
    ),
  dropTemporary: (config, name, io) =>
    explained(io.signal, async () => {
      assertOurs(name);
      await dropDatabase(config, name, io.signal);
    }),
};
