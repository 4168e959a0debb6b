import { AppError } from "#lib/core/errors";
import { type ToolAccess, toolAccess } from "#lib/engines/family-mysql/access";
import { restoreArguments } from "#lib/engines/family-mysql/arguments";
import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { DumpFilter } from "#lib/engines/family-mysql/dump-filter";
import { explainMysql } from "#lib/engines/family-mysql/explain";
import { type Flavour, mismatch, type Version, versionText } from "#lib/engines/family-mysql/flavour";
import { assertNamesArrive } from "#lib/engines/family-mysql/misfits";
import { namesCharset, serverVersion, withSession } from "#lib/engines/family-mysql/session";
import {
  dropDatabase,
  dropObjects,
  ensureDatabase,
  listObjects,
  setDefaults,
  type TargetObject,
} from "#lib/engines/family-mysql/target";
import { chooseTool, type FoundTool } from "#lib/engines/family-mysql/tools";
import type { EngineIo, RestoreFacts, RestoreOptions } from "#lib/engines/types";
import { VERIFICATION_PREFIX } from "#lib/engines/with-temporary";
import { freeSoleView } from "#lib/streams/frames";
import { startTool } from "#lib/streams/process";

interface Restore {
  readonly config: MysqlConfig;
  readonly options: RestoreOptions;
  readonly io: EngineIo;
  readonly tool: FoundTool;
  readonly access: ToolAccess;
  /** What the target held before. */
  readonly objects: readonly TargetObject[];
  /** Names as they stand in the dump. */
  readonly tables: ReadonlySet<string>;
  /** Whether anything has been sent to the target or dropped there. */
  touched: boolean;
}

/**
 * Feeds a plain dump to the client, which stops at the first error. These servers cannot undo definitions, so
 * a failure leaves a part, and the error says so; a database that this restore created is removed again.
 * With `dropExisting` the target's own objects go first: all, or those among the chosen tables.
 */
export async function restoreMysql(
  expected: Flavour,
  config: MysqlConfig,
  bytes: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
  io: EngineIo,
  directories: readonly string[],
): Promise<RestoreFacts> {
  let access: ToolAccess | null = null;
  let created = false;
  let restore: Restore | null = null;
  try {
    created = await ensureDatabase(config, io.signal);
    if (created) io.log("info", `Created the missing database ${config.database}`);
    const { version, objects } = await lookAtTarget(config, io.signal);
    const warn = (message: string) => io.log("warn", message);
    const differs = mismatch(expected, version);
    if (differs !== null) warn(differs);
    const tool = await chooseTool("client", version, directories, warn);
    assertNamesArrive([config.username, config.database], version, tool);
    access = await toolAccess(config, tool, io.tempDirectory);
    const tables = new Set(options.tables.map((name) => withoutDatabase(name, options.sourceName)));
    restore = { config, options, io, tool, access, objects, tables, touched: false };
    const stderr = await run(restore, bytes);
    return {
      toolVersion: `${tool.name} ${versionText(tool)}`,
      databaseVersion: versionText(version),
      engineOutput: stderr,
    };
  } catch (error) {
    const removed = created && (await removeCreated(config, io));
    io.signal.throwIfAborted();
    throw withState(explainMysql(error, "RESTORE_FAILED"), restore, removed);
  } finally {
    await access?.remove();
  }
}

async function lookAtTarget(
  config: MysqlConfig,
  signal: AbortSignal,
): Promise<{ version: Version & { namesCharset: string }; objects: TargetObject[] }> {
  return withSession(config, signal, async (session) => ({
    version: { ...(await serverVersion(session)), namesCharset: await namesCharset(session) },
    objects: await listObjects(session, config.database),
  }));
}

function withoutDatabase(name: string, database: string | null): string {
  return database !== null && name.startsWith(`${database}.`) ? name.slice(database.length + 1) : name;
}

async function run(restore: Restore, bytes: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  const { tool, io, access, config } = restore;
  const input = filtered(restore, bytes);
  try {
    // The target is made ready before the client connects, which then sees its defaults as they shall be.
    const first = await input.next();
    const running = await startTool({
      file: tool.path,
      args: [access.optionsArgument, ...restoreArguments(config.database)],
      env: access.env,
      signal: io.signal,
      stdin: "pipe",
      stdout: "ignore",
      secrets: access.secrets,
      onLine: (line) => io.log("info", line),
    });
    try {
      // The input's own error comes first: the tool only died of it.
      await running.feed(continued(first, input));
      await running.finished;
      return running.stderr;
    } catch (error) {
      await running.finished.catch(() => undefined);
      throw error;
    }
  } catch (error) {
    await input.return(undefined);
    io.signal.throwIfAborted();
    throw error;
  }
}

async function* continued<T>(first: IteratorResult<T>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  if (!first.done) yield first.value;
  yield* rest;
}

/** What the client reads. The target is emptied when the first bytes look like a dump, not before. */
async function* filtered(restore: Restore, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const { config, options, io, objects, tables } = restore;
  const doomed = options.dropExisting
    ? objects.filter(({ kind, name }) => tables.size === 0 || (isTable(kind) && tables.has(name)))
    : [];
  const kept = objects.filter((object) => !doomed.includes(object));
  const withoutEvents = config.database.startsWith(VERIFICATION_PREFIX);
  if (withoutEvents) io.log("info", "Events are left out here: they would begin to run");
  const filter = new DumpFilter({
    database: config.database,
    tables,
    keep: new Set(kept.map(({ name }) => name)),
    withoutEvents,
  });
  let started = false;
  for await (const chunk of bytes) {
    const pieces = filter.push(chunk);
    if (!started && chunk.byteLength > 0) {
      assertText(chunk);
      started = true;
      restore.touched = true;
      if (doomed.length > 0) await dropObjects(config, doomed, io.signal);
      if (filter.defaults !== null && kept.length === 0 && tables.size === 0) {
        const known = await setDefaults(config, filter.defaults, io.signal);
        if (!known) io.log("warn", `The server does not know the collation ${filter.defaults.collation}`);
      }
    }
    yield* pieces;
    freeSoleView(chunk);
  }
  yield* filter.end();
  const missing = [...tables].filter((table) => !filter.found.has(table));
  if (missing.length > 0) {
    throw new AppError("NOT_FOUND", `The backup does not hold ${missing.join(", ")}.`);
  }
}

const isTable = (kind: TargetObject["kind"]) => kind === "TABLE" || kind === "VIEW" || kind === "SEQUENCE";

function assertText(chunk: Uint8Array): void {
  if (!chunk.subarray(0, 4096).includes(0)) return;
  throw new AppError("RESTORE_FAILED", "The backup is not a plain SQL dump.");
}

/** Says in what state the target is now. */
function withState(error: AppError, restore: Restore | null, removed: boolean): AppError {
  const state = removed
    ? "The database that this restore had created was removed again."
    : restore?.touched
      ? "The target holds a part of the backup now: such a restore cannot be undone."
      : "The target was not touched.";
  const text = /[.!?”]$/.test(error.message) ? error.message : `${error.message}.`;
  return new AppError(error.code, `${text} ${state}`, { cause: error, details: error.details });
}

/** What this restore created, it also takes away; a signal of its own, for the call's may be aborted. */
async function removeCreated(config: MysqlConfig, io: EngineIo): Promise<boolean> {
  try {
    await dropDatabase(config, config.database, AbortSignal.timeout(15_000));
    io.log("info", `Removed the database ${config.database} again, which this restore had created`);
    return true;
  } catch {
    io.log("warn", `The database ${config.database}, which this restore had created, is still there`);
    return false;
  }
}
