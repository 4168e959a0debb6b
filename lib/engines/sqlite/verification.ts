import { rm } from "node:fs/promises";
import type { AppError } from "#lib/core/errors";
import { askSqlite } from "#lib/engines/sqlite/client";
import type { SqliteConfig } from "#lib/engines/sqlite/config";
import { explainSqlite } from "#lib/engines/sqlite/explain";
import type { EngineIo, Verification } from "#lib/engines/types";
import { localPath, stagedPath, verificationPath, verificationPaths } from "#lib/engines/with-local-path";

const explained = (error: unknown, path: string, io: EngineIo): AppError => {
  io.signal.throwIfAborted();
  return explainSqlite(error, "VERIFICATION_FAILED", path);
};

/** A verification's database is a file `dg_verify_….db`, and one beside it until that is whole. */
export const sqliteVerification: Verification<SqliteConfig> = {
  createTemporary: async (config, name, io) => {
    const real = localPath(config.file_path, io, "file_path");
    return { ...config, file_path: `${await verificationPath(real, name, io)}.db` };
  },
  inventory: async (config, io) => {
    const path = localPath(config.file_path, io, "file_path");
    try {
      return (await askSqlite("inspect", { path }, io.signal)).inventory;
    } catch (error) {
      throw explained(error, config.file_path, io);
    }
  },
  dropTemporary: async (config, name, io) => {
    const real = localPath(config.file_path, io, "file_path");
    try {
      for (const path of verificationPaths(real, name, io)) {
        for (const file of [stagedPath(`${path}.db`, ".db"), `${path}.db`]) {
          for (const suffix of ["", "-wal", "-shm", "-journal"])
            await rm(`${file}${suffix}`, { force: true });
        }
      }
    } catch (error) {
      throw explained(error, config.file_path, io);
    }
  },
};
