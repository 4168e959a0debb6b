import { basename } from "node:path";
import { askSqlite } from "#lib/engines/sqlite/client";
import { type SqliteConfig, sqliteConfig } from "#lib/engines/sqlite/config";
import { dumpSqlite } from "#lib/engines/sqlite/dump";
import { explainSqlite } from "#lib/engines/sqlite/explain";
import { querySqlite } from "#lib/engines/sqlite/query";
import { restoreSqlite } from "#lib/engines/sqlite/restore";
import { sqliteVerification } from "#lib/engines/sqlite/verification";
import type { Engine, EngineIo } from "#lib/engines/types";
import { localPath } from "#lib/engines/with-local-path";

async function explained<T>(
  config: SqliteConfig,
  io: EngineIo,
  work: (path: string) => Promise<T>,
): Promise<T> {
  try {
    return await work(localPath(config.file_path, io, "file_path"));
  } catch (error) {
    io.signal.throwIfAborted();
    throw explainSqlite(error, "CONNECTION_FAILED", config.file_path);
  }
}

/** SQLite databases as files on this machine, by the library that comes along: no tool is needed. */
export const sqlite: Engine<SqliteConfig> = {
  type: "sqlite",
  label: "SQLite",
  config: sqliteConfig,
  subject: (config) => basename(config.file_path).replace(/\.(db|sqlite3?|db3)$/i, ""),
  probe: (config, io) =>
    explained(config, io, async (path) => {
      const found = await askSqlite("probe", { path }, io.signal);
      io.log("info", `SQLite ${found.version}, journal mode ${found.journalMode}`);
      return {
        latencyMs: found.latencyMs,
        serverVersion: found.version,
        details: { database_version: found.version, database_size_bytes: found.bytes },
      };
    }),
  dump: dumpSqlite,
  restore: restoreSqlite,
  explain: (error) => explainSqlite(error),
  tools: async () => [],
  verification: sqliteVerification,
  schema: (config, io) => explained(config, io, (path) => askSqlite("schema", { path }, io.signal)),
  query: (config, sql, limits, io) => {
    const run = (path: string) => querySqlite(path, sql, limits, io);
    return explained(config, io, run);
  },
};
