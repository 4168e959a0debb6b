import { randomBytes } from "node:crypto";
import { AppError } from "#lib/core/errors";
import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { explainSqlserver } from "#lib/engines/sqlserver/explain";
import { serverVersion } from "#lib/engines/sqlserver/session";
import { type SharedFile, sharedFile, writeShared } from "#lib/engines/sqlserver/shared-file";
import {
  type BackupFile,
  claimStatement,
  type Destination,
  dropStatement,
  FILE_LIST_STATEMENT,
  releaseStatement,
  restoreStatement,
  VERIFY_STATEMENT,
} from "#lib/engines/sqlserver/statements";
import { mayReplace, onMaster, stateOf, untouched } from "#lib/engines/sqlserver/target";
import type { EngineIo, RestoreFacts, RestoreOptions } from "#lib/engines/types";

/** Time for setting a target right after a failure, also after a cancel. */
const CLEAN_UP_TIMEOUT_MS = 30_000;
const PLACES = `SELECT CAST(SERVERPROPERTY('InstanceDefaultDataPath') AS nvarchar(260)) AS data,
  CAST(SERVERPROPERTY('InstanceDefaultLogPath') AS nvarchar(260)) AS log`;

interface Target {
  readonly exists: boolean;
  readonly version: string;
  readonly files: readonly BackupFile[];
  readonly destination: Destination;
}

/**
 * Writes the backup where the server can read it, lets the server check it, and restores it into files of its
 * own. Until then the target is untouched. The file is removed however it ends.
 */
export async function restoreNative(
  config: SqlserverConfig,
  bytes: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
  io: EngineIo,
): Promise<RestoreFacts> {
  const file = sharedFile(config, io);
  try {
    const target = await prepare(config, bytes, options, io, file);
    const output = await restore(config, target, io, file);
    return {
      toolVersion: `SQL Server ${target.version}`,
      databaseVersion: target.version,
      engineOutput: output,
    };
  } catch (error) {
    io.signal.throwIfAborted();
    throw explainSqlserver(error, "RESTORE_FAILED");
  } finally {
    await file.remove();
  }
}

/** All that can be found wrong before the target is touched. */
async function prepare(
  config: SqlserverConfig,
  bytes: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
  io: EngineIo,
  file: SharedFile,
): Promise<Target> {
  try {
    return await onMaster(config, io.signal, async (session) => {
      const version = await serverVersion(session);
      const exists = await mayReplace(session, config, options);
      await writeShared(file, bytes, io.signal);
      await session.query(VERIFY_STATEMENT, { file: file.server });
      const files = await session.query<BackupFile>(FILE_LIST_STATEMENT, { file: file.server });
      const [places] = await session.query<{ data: string; log: string }>(PLACES);
      const destination = {
        dataDirectory: places?.data ?? "",
        logDirectory: places?.log ?? "",
        token: randomBytes(4).toString("hex"),
      };
      return { exists, version, files, destination };
    });
  } catch (error) {
    io.signal.throwIfAborted();
    throw untouched(error);
  }
}

async function restore(
  config: SqlserverConfig,
  target: Target,
  io: EngineIo,
  file: SharedFile,
): Promise<readonly string[]> {
  const { database } = config;
  const messages: string[] = [];
  const statement = restoreStatement(database, target.files, target.destination, target.exists);
  try {
    await onMaster(config, io.signal, async (session) => {
      if (target.exists) await session.query(claimStatement(database));
      await session.query(statement, { database, file: file.server }, (message) => {
        if (/^\d+ percent/.test(message)) io.log("debug", message);
        else messages.push(message);
      });
      await session.query(releaseStatement(database));
    });
    return messages.slice(-20);
  } catch (error) {
    const state = await setRight(config, target, io);
    io.signal.throwIfAborted();
    const known = explainSqlserver(error, "RESTORE_FAILED");
    throw new AppError("RESTORE_FAILED", `${known.message} ${state}`, { cause: error });
  }
}

/** Takes away what this restore created, or gives back what was there; says which of it was possible. */
async function setRight(config: SqlserverConfig, { exists }: Target, io: EngineIo): Promise<string> {
  const { database } = config;
  // A signal of its own, for the call's may be aborted.
  const signal = AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS);
  try {
    return await onMaster(config, signal, async (session) => {
      const state = await stateOf(session, database);
      if (!exists) {
        if (state !== null) await session.query(dropStatement(database));
        return `The target database ${database} did not exist before and does not now.`;
      }
      if (state !== "ONLINE") {
        return `The target database ${database} is ${state ?? "gone"} and cannot be used: restore it again.`;
      }
      await session.query(releaseStatement(database));
      return `The target database ${database} is as it was, but its connections were ended.`;
    });
  } catch {
    io.log("warn", `What state the target database ${database} is in could not be found out`);
    return `The target database ${database} may hold a part of the backup: look at it before you use it.`;
  }
}
