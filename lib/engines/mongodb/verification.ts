import { AppError } from "#lib/core/errors";
import type { MongodbConfig } from "#lib/engines/mongodb/config";
import { explainMongodb } from "#lib/engines/mongodb/explain";
import { databaseInventory, listCollections } from "#lib/engines/mongodb/inventory";
import { withSession } from "#lib/engines/mongodb/session";
import type { Verification } from "#lib/engines/types";
import { VERIFICATION_PREFIX } from "#lib/engines/with-temporary";

/** Only databases of this prefix are ever dropped here. */
function assertOurs(name: string): void {
  if (name.startsWith(VERIFICATION_PREFIX) && Buffer.byteLength(name) <= 63) return;
  const message = `A verification database must be called ${VERIFICATION_PREFIX}… (at most 63 bytes).`;
  throw new AppError("VALIDATION_ERROR", message);
}

async function explained<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw explainMongodb(error, "VERIFICATION_FAILED");
  }
}

export const mongodbVerification: Verification<MongodbConfig> = {
  /** MongoDB has no empty databases: the first collection makes it. Here only what is in the way is found. */
  createTemporary: (config, name, io) =>
    explained(io.signal, async () => {
      assertOurs(name);
      const target = { ...config, database: name };
      const present = await withSession(target, io.signal, ({ db }) => listCollections(db));
      if (present.length === 0) return target;
      throw new AppError("VERIFICATION_FAILED", `The database ${name} exists already; it was not touched.`);
    }),
  inventory: (config, io) => explained(io.signal, () => withSession(config, io.signal, databaseInventory)),
  dropTemporary: (config, name, io) =>
    explained(io.signal, async () => {
      assertOurs(name);
      const target = { ...config, database: name };
      await withSession(target, io.signal, async ({ db }) => db.dropDatabase());
    }),
};
