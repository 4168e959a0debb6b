import { databaseOf, type MongodbConfig, mongodbConfig } from "#lib/engines/mongodb/config";
import { mongodbDatabases } from "#lib/engines/mongodb/databases";
import { dumpMongodb } from "#lib/engines/mongodb/dump";
import { explainMongodb } from "#lib/engines/mongodb/explain";
import { probeMongodb } from "#lib/engines/mongodb/probe";
import { restoreMongodb } from "#lib/engines/mongodb/restore";
import { describeMongodb } from "#lib/engines/mongodb/schema";
import { reportTools, toolDirectories } from "#lib/engines/mongodb/tools";
import { mongodbVerification } from "#lib/engines/mongodb/verification";
import type { Engine } from "#lib/engines/types";

/**
 * MongoDB by its own mongodump and mongorestore. `directories` says where these are looked for; without it,
 * on PATH and where packages put them.
 */
export function createMongodbEngine(directories?: readonly string[]): Engine<MongodbConfig> {
  const places = () => directories ?? toolDirectories();
  return {
    type: "mongodb",
    label: "MongoDB",
    config: mongodbConfig,
    // No database can be called so: a space is not allowed.
    subject: (config) => databaseOf(config) ?? "all databases",
    probe: async (config, io) => {
      try {
        return await probeMongodb(config, io.signal);
      } catch (error) {
        io.signal.throwIfAborted();
        throw explainMongodb(error);
      }
    },
    dump: (config, options, io) => dumpMongodb(config, options, io, places()),
    choices: ["tables", "parallel"],
    restore: (config, bytes, options, io) => restoreMongodb(config, bytes, options, io, places()),
    explain: (error) => explainMongodb(error),
    tools: () => reportTools(places()),
    verification: mongodbVerification,
    databases: mongodbDatabases,
    schema: describeMongodb,
  };
}

export const mongodb = createMongodbEngine();
