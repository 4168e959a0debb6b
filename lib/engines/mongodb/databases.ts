import type { MongoClient } from "mongodb";
import type { MongodbConfig } from "#lib/engines/mongodb/config";
import { explainMongodb } from "#lib/engines/mongodb/explain";
import { isServersOwn } from "#lib/engines/mongodb/namespaces";
import { withSession } from "#lib/engines/mongodb/session";
import type { Databases } from "#lib/engines/types";
import { VERIFICATION_PREFIX } from "#lib/engines/with-temporary";

export const mongodbDatabases: Databases<MongodbConfig> = {
  list: async (config, io) => {
    try {
      return await withSession(config, io.signal, ({ client }) => listNames(client));
    } catch (error) {
      io.signal.throwIfAborted();
      throw explainMongodb(error);
    }
  },
  select: (config, name) => ({ ...config, database: name }),
};

/** In name order, without those of verifications. A user without rights on the whole server sees the databases that are its own. */
export async function listNames(client: MongoClient): Promise<string[]> {
  const { databases } = await client.db("admin").admin().listDatabases({ nameOnly: true });
  return databases
    .map(({ name }) => name)
    .filter((name) => !isServersOwn(name) && !name.startsWith(VERIFICATION_PREFIX))
    .sort();
}
