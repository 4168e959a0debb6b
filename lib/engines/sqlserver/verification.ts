import { AppError } from "#lib/core/errors";
import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { explainSqlserver } from "#lib/engines/sqlserver/explain";
import { countRows } from "#lib/engines/sqlserver/inventory";
import { withSession } from "#lib/engines/sqlserver/session";
import { dropDatabase, IMPORT_PREFIX, onMaster, stateOf } from "#lib/engines/sqlserver/target";
import type { Verification } from "#lib/engines/types";
import { VERIFICATION_PREFIX } from "#lib/engines/with-temporary";

/** Only databases of our prefixes are ever dropped here. */
function assertOurs(name: string, prefixes = [VERIFICATION_PREFIX]): void {
  if (prefixes.some((prefix) => name.startsWith(prefix)) && name.length <= 128 && !/\p{Cc}/u.test(name))
    return;
  const message = `A verification database must be called ${prefixes.join("… or ")}… (at most 128 characters).`;
  throw new AppError("VALIDATION_ERROR", message);
}

async function explained<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw explainSqlserver(error, "VERIFICATION_FAILED");
  }
}

export const sqlserverVerification: Verification<SqlserverConfig> = {
  /** A restore creates its database itself: here only what is in the way is found. */
  createTemporary: (config, name, io) =>
    explained(io.signal, async () => {
      assertOurs(name);
      const state = await onMaster(config, io.signal, (session) => stateOf(session, name));
      if (state === null) return { ...config, database: name };
      throw new AppError("VERIFICATION_FAILED", `The database ${name} exists already; it was not touched.`);
    }),
  inventory: (config, io) => explained(io.signal, () => withSession(config, io.signal, countRows)),
  dropTemporary: (config, name, io) =>
    explained(io.signal, async () => {
      assertOurs(name, [VERIFICATION_PREFIX, IMPORT_PREFIX]);
      await onMaster(config, io.signal, (session) => dropDatabase(session, name));
    }),
};
