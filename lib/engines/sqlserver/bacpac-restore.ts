import { randomBytes } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#lib/core/errors";
import { wholeBacpac } from "#lib/engines/sqlserver/bacpac-file";
import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { explainSqlserver } from "#lib/engines/sqlserver/explain";
import { putInPlace } from "#lib/engines/sqlserver/put-in-place";
import { runSqlpackage } from "#lib/engines/sqlserver/run-sqlpackage";
import { serverVersion } from "#lib/engines/sqlserver/session";
import { importParameters } from "#lib/engines/sqlserver/sqlpackage-parameters";
import { chooseSqlpackage, type FoundSqlpackage } from "#lib/engines/sqlserver/sqlpackage-tool";
import { dropDatabase, IMPORT_PREFIX, mayReplace, onMaster, untouched } from "#lib/engines/sqlserver/target";
import type { EngineIo, RestoreFacts, RestoreOptions, TemporaryNames } from "#lib/engines/types";
import { systemError } from "#lib/engines/with-local-path";
import { freeSoleView } from "#lib/streams/frames";

/** Time for taking away what a failed import made, also after a cancel. */
const CLEAN_UP_TIMEOUT_MS = 60_000;
/** Renames are quick; ending connections waits for what they have to roll back. */
const RENAME_TIMEOUT_MS = 10 * 60_000;

interface Import {
  readonly config: SqlserverConfig;
  readonly io: EngineIo;
  readonly tool: FoundSqlpackage;
  readonly directory: string;
  readonly file: string;
  readonly version: string;
  /** The target is there and may be replaced. */
  readonly exists: boolean;
  readonly temporary: TemporaryNames | undefined;
}

/**
 * Imports into a new database of a name of its own, which gets the target's when it is whole: a failed import
 * leaves the target as it was. sqlpackage's scripts would not quote every name either.
 */
export async function restoreBacpac(
  config: SqlserverConfig,
  bytes: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
  io: EngineIo,
  directories: readonly string[],
): Promise<RestoreFacts> {
  let directory: string | null = null;
  try {
    const tool = await chooseSqlpackage(directories);
    directory = await mkdtemp(join(io.tempDirectory, "bacpac-"));
    const file = join(directory, "database.bacpac");
    const target = await prepare(config, bytes, options, io, file);
    const { temporary } = options;
    const engineOutput = await importInto({ config, io, tool, directory, file, temporary, ...target });
    return { toolVersion: `sqlpackage ${tool.version}`, databaseVersion: target.version, engineOutput };
  } catch (error) {
    io.signal.throwIfAborted();
    throw explainSqlserver(error, "RESTORE_FAILED");
  } finally {
    if (directory !== null) await rm(directory, { recursive: true, force: true });
  }
}

/** All that can be found wrong before anything is made on the server. */
async function prepare(
  config: SqlserverConfig,
  bytes: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
  io: EngineIo,
  file: string,
): Promise<Pick<Import, "version" | "exists">> {
  try {
    const target = await onMaster(config, io.signal, async (session) => ({
      version: await serverVersion(session),
      exists: await mayReplace(session, config, options),
    }));
    await receiveBacpac(bytes, file, io.signal);
    return target;
  } catch (error) {
    io.signal.throwIfAborted();
    throw untouched(error);
  }
}

/** Writes the backup to a 0600 file. Throws RESTORE_FAILED for one that is not a whole .bacpac. */
export async function receiveBacpac(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    for await (const chunk of bytes) {
      signal.throwIfAborted();
      const block = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      for (let at = 0; at < block.length; ) at += (await handle.write(block, at)).bytesWritten;
      freeSoleView(chunk);
    }
  } catch (error) {
    if ((error as { syscall?: unknown }).syscall !== "write") throw error;
    throw systemError(error, file, "RESTORE_FAILED");
  } finally {
    await handle.close();
  }
  if ((await wholeBacpac(file)) !== null) return;
  throw new AppError("RESTORE_FAILED", "The backup is not a .bacpac, or not a whole one.");
}

/** Exported for its test. */
export async function importInto(work: Import): Promise<readonly string[]> {
  const { config, io, tool, directory, file, exists, temporary } = work;
  const { signal, log } = io;
  const token = randomBytes(6).toString("hex");
  const created = `${IMPORT_PREFIX}${token}`;
  await temporary?.record([created]);
  const parameters = importParameters(config, file, created);
  let said: readonly string[];
  try {
    log("info", `sqlpackage ${tool.version} imports into ${created}, to be called ${config.database} then`);
    const fallback = "RESTORE_FAILED";
    said = await runSqlpackage({ tool, config, parameters, directory, signal, log, fallback });
    signal.throwIfAborted();
  } catch (error) {
    const state = await takeBack(work, created);
    signal.throwIfAborted();
    const known = explainSqlserver(error, "RESTORE_FAILED");
    throw new AppError("RESTORE_FAILED", `${known.message} ${state}`, { cause: error });
  }
  // In the middle of the renames it may be all that there is of the target: then nobody may drop it any more.
  if (exists) await temporary?.forget([created]);
  const old = exists ? `dg_old_${token}` : null;
  const names = { database: config.database, created, old };
  await putInPlace(names, (w) => onMaster(config, AbortSignal.timeout(RENAME_TIMEOUT_MS), w), log);
  if (!exists) await temporary?.forget([created]);
  return said;
}

/** Drops what the import made; says in what state the target is. */
async function takeBack({ config, io, exists, temporary }: Import, created: string): Promise<string> {
  const target = `The target database ${config.database}`;
  const state = exists ? `${target} is as it was.` : `${target} did not exist before and does not now.`;
  try {
    // A signal of its own, for the call's may be aborted.
    const signal = AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS);
    await onMaster(config, signal, (session) => dropDatabase(session, created));
  } catch {
    const next = temporary ? "it is dropped later" : "drop it";
    const left = `The database ${created} may hold a part of the backup: ${next}.`;
    io.log("warn", left);
    return `${state} ${left}`;
  }
  await temporary?.dropped(created);
  return state;
}
