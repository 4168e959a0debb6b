import { type PostgresConfig, postgresConfig } from "#lib/engines/postgres/config";
import { postgresDatabases } from "#lib/engines/postgres/databases";
import { dumpPostgres } from "#lib/engines/postgres/dump";
import { explainPostgres } from "#lib/engines/postgres/explain";
import { probePostgres } from "#lib/engines/postgres/probe";
import { queryPostgres } from "#lib/engines/postgres/query";
import { restorePostgres } from "#lib/engines/postgres/restore";
import { describePostgres } from "#lib/engines/postgres/schema";
import { reportTools, toolDirectories } from "#lib/engines/postgres/tools";
import { postgresVerification } from "#lib/engines/postgres/verification";
import type { Engine } from "#lib/engines/types";

/**
 * PostgreSQL by its own pg_dump and pg_restore. `directories` says where these are looked for; without it,
 * wherever packages put them on this machine.
 */
export function createPostgresEngine(directories?: readonly string[]): Engine<PostgresConfig> {
  const places = async () => directories ?? (await toolDirectories());
  return {
    type: "postgres",
    label: "PostgreSQL",
    config: postgresConfig,
    subject: (config) => config.database,
    probe: async (config, io) => {
      try {
        return await probePostgres(config, io.signal);
      } catch (error) {
        io.signal.throwIfAborted();
        throw explainPostgres(error);
      }
    },
    dump: async (config, options, io) => dumpPostgres(config, options, io, await places()),
    choices: ["tables", "parallel"],
    restore: async (config, bytes, options, io) =>
      restorePostgres(config, bytes, options, io, await places()),
    explain: (error) => explainPostgres(error),
    tools: async () => reportTools(await places()),
    verification: postgresVerification,
    databases: postgresDatabases,
    schema: async (config, io) => {
      try {
        return await describePostgres(config, io.signal);
      } catch (error) {
        io.signal.throwIfAborted();
        throw explainPostgres(error);
      }
    },
    query: queryPostgres,
  };
}

export const postgres = createPostgresEngine();
