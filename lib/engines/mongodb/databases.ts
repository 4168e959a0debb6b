import type { MongodbConfig } from "#lib/engines/mongodb/config";
import { explainMongodb } from "#lib/engines/mongodb/explain";
import { withSession } from "#lib/engines/mongodb/session";
import type { Databases } from "#lib/engines/types";

const OWN = new Set(["admin", "config", "local"]);

export const mongodbDatabases: Databases<MongodbConfig> = {
  list: async (config, io) => {
    try {
      return await withSession(config, io.signal, async ({ client }) => {
        // A user without rights on the whole server sees the databases that are its own.
        const { databases } = await client.db("admin").admin().listDatabases({ nameOnly: true });
        return databases
          .map(({ name }) => name)
          .filter((name) => !OWN.has(name))
          .sort();
      });
    } catch (error) {
      io.signal.throwIfAborted();
      throw explainMongodb(error);
    }
  },
  select: (config, name) => ({ ...config, database: name }),
};
