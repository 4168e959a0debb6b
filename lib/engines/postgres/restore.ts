import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#lib/core/errors";
import { databaseArgument, type ToolAccess, toolAccess } from "#lib/engines/postgres/access";
import { type Archive, HeadStream, readToc, selectionArgument } from "#lib/engines/postgres/archive";
import type { PostgresConfig } from "#lib/engines/postgres/config";
import { explainPostgres, wordsOfTool } from "#lib/engines/postgres/explain";
import { type ServerVersion, serverVersion, withSession } from "#lib/engines/postgres/session";
import { dropDatabase, ensureDatabase, unusableRoles } from "#lib/engines/postgres/target";
import type { Toc } from "#lib/engines/postgres/toc";
import { chooseTool, type FoundTool } from "#lib/engines/postgres/tools";
import type { EngineIo, RestoreFacts, RestoreOptions } from "#lib/engines/types";
import { startTool, ToolError } from "#lib/streams/process";
import { unpackTar } from "#lib/streams/tar";

interface Restore {
  readonly config: PostgresConfig;
  readonly options: RestoreOptions;
  readonly io: EngineIo;
  readonly tool: FoundTool;
  readonly access: ToolAccess;
  readonly version: ServerVersion;
  /** Several jobs cannot share one transaction: then a failure leaves what was done. */
  readonly parallel: boolean;
}

/**
 * Restores a custom-format stream in a single transaction: a failure leaves the target as it was, and the
 * error says so. A `.tar` (a parallel dump) is unpacked first and restored with as many jobs as asked for.
 * Owners and rights are kept where the server has all their roles and the user may act for them; otherwise
 * everything belongs to the restoring user, with a warning. A missing target database is created.
 */
export async function restorePostgres(
  config: PostgresConfig,
  bytes: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
  io: EngineIo,
  directories: readonly string[],
): Promise<RestoreFacts> {
  const stream = new HeadStream(bytes);
  let access: ToolAccess | null = null;
  let created = false;
  try {
    created = await ensureDatabase(config, io.signal);
    if (created) io.log("info", `Created the missing database ${config.database}`);
    const version = await withSession(config, io.signal, serverVersion);
    const tool = await chooseTool("pg_restore", version.major, directories);
    access = await toolAccess(config, io.tempDirectory);
    const parallel = options.extension === ".tar" && options.parallelJobs > 1;
    const restore: Restore = { config, options, io, tool, access, version, parallel };
    const archive =
      options.extension === ".tar" ? await unpack(restore, stream) : { args: [], bytes: stream };
    const stderr = await run(restore, archive);
    return { toolVersion: `pg_restore ${tool.version}`, databaseVersion: version.text, engineOutput: stderr };
  } catch (error) {
    if (created) await removeCreated(config, io);
    io.signal.throwIfAborted();
    throw explainPostgres(error, "RESTORE_FAILED");
  } finally {
    await stream.close();
    await access?.remove();
  }
}

async function unpack(restore: Restore, stream: HeadStream): Promise<Archive> {
  const directory = join(restore.access.directory, "dump");
  await mkdir(directory, { mode: 0o700 });
  try {
    await unpackTar(stream.consume(), directory, restore.io.signal);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    restore.io.signal.throwIfAborted();
    const why = error instanceof Error ? error.message : "The reason is unknown.";
    throw new AppError("RESTORE_FAILED", `${why} The target was not touched.`, { cause: error });
  }
  return { args: ["--format=directory", directory], bytes: null };
}

async function run(restore: Restore, archive: Archive): Promise<readonly string[]> {
  const { tool, io, access, options, config, parallel } = restore;
  const toc = await readToc(tool, archive, io.signal);
  const list =
    options.tables.length > 0
      ? [await selectionArgument(tool, archive, toc, options.tables, access, io.signal)]
      : [];
  const args = [
    `--dbname=${databaseArgument(config.database)}`,
    "--no-password",
    "--exit-on-error",
    ...(parallel ? [`--jobs=${options.parallelJobs}`] : ["--single-transaction"]),
    ...(options.dropExisting ? ["--clean", "--if-exists"] : []),
    ...(await ownership(restore, toc)),
    ...list,
    ...archive.args,
  ];
  const running = await startTool({
    file: tool.path,
    args,
    env: access.env,
    signal: io.signal,
    stdin: archive.bytes === null ? "ignore" : "pipe",
    stdout: "ignore",
    secrets: access.secrets,
    onLine: (line) => io.log("info", line),
  });
  const feeding = archive.bytes === null ? null : running.feed(archive.bytes.consume());
  try {
    // The input's own error comes first: the tool only died of it.
    await feeding;
    await running.finished;
    return running.stderr;
  } catch (error) {
    await running.finished.catch(() => undefined);
    io.signal.throwIfAborted();
    throw failure(error, restore);
  }
}

async function ownership({ config, io }: Restore, toc: Toc): Promise<string[]> {
  const roles = await withSession(config, io.signal, (session) => unusableRoles(session, toc.roles));
  if (roles.length === 0) return [];
  io.log(
    "warn",
    `Owners and rights of the backup are left out, all will belong to ${config.username}: ` +
      `the server lacks these roles, or the user may not act for them: ${roles.join(", ")}`,
  );
  return ["--no-owner", "--no-privileges"];
}

/** Says what went wrong and in what state the target is now. */
function failure(error: unknown, restore: Restore): AppError {
  const state = restore.parallel
    ? "The target holds a part of the backup: several jobs cannot be undone together."
    : "Nothing was changed in the target: the restore ran in one transaction.";
  if (error instanceof AppError) {
    return new AppError(error.code, `${error.message} ${state}`, { cause: error, details: error.details });
  }
  if (!(error instanceof ToolError)) {
    const known = explainPostgres(error, "RESTORE_FAILED");
    return new AppError(known.code, `${known.message} ${state}`, { cause: error });
  }
  const said = wordsOfTool(error);
  const exists = /already exists/.test(said) && !restore.options.dropExisting;
  const hint = exists ? " The target already holds objects of that name: choose to drop what exists." : "";
  const locks = /out of shared memory/.test(said) ? " Raise max_locks_per_transaction on the server." : "";
  return new AppError("RESTORE_FAILED", `${said}${hint}${locks} ${state}`, {
    cause: error,
  });
}

/** What this restore created, it also takes away; a signal of its own, for the call's may be aborted. */
async function removeCreated(config: PostgresConfig, io: EngineIo): Promise<void> {
  try {
    await dropDatabase(config, config.database, AbortSignal.timeout(15_000));
    io.log("info", `Removed the database ${config.database} again, which this restore had created`);
  } catch {
    io.log("warn", `The database ${config.database}, which this restore had created, is still there`);
  }
}
