import { AppError } from "#lib/core/errors";
import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { explainMysql } from "#lib/engines/family-mysql/explain";
import { quoteIdentifier, withSession } from "#lib/engines/family-mysql/session";
import { holdsOwnRows, listTables } from "#lib/engines/family-mysql/source";
import { createDatabase, dropDatabase } from "#lib/engines/family-mysql/target";
import type { Inventory, Verification } from "#lib/engines/types";
import { VERIFICATION_PREFIX } from "#lib/engines/with-temporary";

/** Only databases of this prefix are ever created or dropped here. */
function assertOurs(name: string): void {
  if (name.startsWith(VERIFICATION_PREFIX) && [...name].length <= 64 && !/\p{Cc}/u.test(name)) return;
  throw new AppError(
    "VALIDATION_ERROR",
    `A verification database must be called ${VERIFICATION_PREFIX}… (at most 64 characters).`,
  );
}

async function explained<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw explainMysql(error, "VERIFICATION_FAILED");
  }
}

/** Exact counts, one table after another on one connection and in one snapshot. */
async function countRows(config: MysqlConfig, signal: AbortSignal): Promise<Inventory> {
  return withSession(config, signal, async (session) => {
    await session.query("START TRANSACTION WITH CONSISTENT SNAPSHOT");
    const counts: [string, number][] = [];
    for (const table of (await listTables(session, config.database)).filter(holdsOwnRows)) {
      const all = table.versioned ? " FOR SYSTEM_TIME ALL" : "";
      const [row] = await session.query<{ count: string | number }>(
        `SELECT COUNT(*) AS count FROM ${quoteIdentifier(table.name)}${all}`,
      );
      counts.push([table.name, Number(row?.count ?? 0)]);
    }
    return { tables: Object.fromEntries(counts) };
  });
}

export const mysqlVerification: Verification<MysqlConfig> = {
  createTemporary: (config, name, io) =>
    explained(io.signal, async () => {
      assertOurs(name);
      await createDatabase(config, name, io.signal);
      return { ...config, database: name };
    }),
  inventory: (config, io) => explained(io.signal, () => countRows(config, io.signal)),
  dropTemporary: (config, name, io) =>
    explained(io.signal, async () => {
      assertOurs(name);
      await dropDatabase(config, name, io.signal);
    }),
};
