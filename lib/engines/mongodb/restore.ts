import { AppError } from "#lib/core/errors";
import { type ToolAccess, toolAccess } from "#lib/engines/mongodb/access";
import { ArchiveScan, type Prelude } from "#lib/engines/mongodb/archive-scan";
import type { MongodbConfig } from "#lib/engines/mongodb/config";
import { explainMongodb, reasonOf, withoutDate } from "#lib/engines/mongodb/explain";
import { listCollections } from "#lib/engines/mongodb/inventory";
import { Lookahead } from "#lib/engines/mongodb/lookahead";
import { renameArguments, sourceDatabase } from "#lib/engines/mongodb/namespaces";
import { serverVersion, withSession } from "#lib/engines/mongodb/session";
import { chooseTool, type FoundTool, nameOf } from "#lib/engines/mongodb/tools";
import type { EngineIo, RestoreFacts, RestoreOptions } from "#lib/engines/types";
import { freeSoleView } from "#lib/streams/frames";
import { startTool, ToolError } from "#lib/streams/process";

/** Time for taking away what a failed restore brought, also after a cancel. */
const CLEAN_UP_TIMEOUT_MS = 30_000;
const FAILURES = /(\d+) document\(s\) failed to restore/;

interface Restore {
  readonly config: MongodbConfig;
  readonly options: RestoreOptions;
  readonly io: EngineIo;
  readonly tool: FoundTool;
  readonly access: ToolAccess;
  readonly arguments: readonly string[];
  /** Collections that will be restored. */
  readonly names: readonly string[];
  /** Of the target before: none of these names, and nothing else. */
  readonly wasEmpty: boolean;
}

/**
 * Feeds an archive to mongorestore, renamed from the database that it was taken of to the target's. Only that
 * one database's collections are let through, whatever else the archive holds. The archive is read along, so
 * that one that is cut off never counts as restored. There is no transaction around a restore: after a failure
 * a target that was empty is made empty again; of any other the error says that it holds a part.
 */
export async function restoreMongodb(
  config: MongodbConfig,
  bytes: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
  io: EngineIo,
  directories: readonly string[],
): Promise<RestoreFacts> {
  const scan = new ArchiveScan();
  const stream = new Lookahead(scan.watch(bytes));
  let access: ToolAccess | null = null;
  try {
    const tool = await chooseTool("mongorestore", directories);
    const prelude = await readPrelude(stream, scan);
    const source = sourceDatabase(prelude, options.sourceName);
    const names = wantedNames(prelude, source, options.tables);
    const target = await withSession(config, io.signal, async (session) => ({
      version: await serverVersion(session),
      names: (await listCollections(session)).map(({ name }) => name),
    }));
    refuseConflict(config, names, target.names, options);
    access = await toolAccess(config, io.tempDirectory);
    const renaming = renameArguments(source, config.database, options.tables.length > 0 ? names : null);
    const wasEmpty = target.names.length === 0;
    const restore = { config, options, io, tool, access, arguments: renaming, names, wasEmpty };
    const engineOutput = await run(restore, stream, scan);
    return { toolVersion: nameOf(tool), databaseVersion: target.version, engineOutput };
  } catch (error) {
    io.signal.throwIfAborted();
    throw explainMongodb(error, "RESTORE_FAILED");
  } finally {
    await stream.close();
    await access?.remove();
  }
}

/** Reads as far as the archive's list of collections. Nothing has touched the target by then. */
async function readPrelude(stream: Lookahead, scan: ArchiveScan): Promise<Prelude> {
  try {
    for await (const _ of stream.preview()) if (scan.prelude !== null) return scan.prelude;
    throw new AppError("RESTORE_FAILED", "The archive ends before its list of collections.");
  } catch (error) {
    const known = explainMongodb(error, "RESTORE_FAILED");
    throw new AppError(known.code, `${known.message} Nothing was changed in the target.`, { cause: error });
  }
}

function wantedNames(prelude: Prelude, source: string, tables: readonly string[]): string[] {
  const held = prelude.collections.filter(({ database }) => database === source).map(({ name }) => name);
  const missing = tables.filter((table) => !held.includes(table));
  if (missing.length > 0) {
    throw new AppError("NOT_FOUND", `The backup does not hold ${missing.join(", ")}. Nothing was changed.`);
  }
  return tables.length > 0 ? [...tables] : held;
}

/** mongorestore would add documents to what is there: a mixture of two states that nobody asked for. */
function refuseConflict(
  config: MongodbConfig,
  names: readonly string[],
  present: readonly string[],
  options: RestoreOptions,
): void {
  const both = names.filter((name) => present.includes(name));
  if (options.dropExisting || both.length === 0) return;
  const shown = both.slice(0, 5).join(", ");
  throw new AppError(
    "RESTORE_FAILED",
    `The target database ${config.database} already holds ${shown}${both.length > 5 ? " and more" : ""}: ` +
      "choose to drop what exists. Nothing was changed.",
  );
}

async function run(restore: Restore, stream: Lookahead, scan: ArchiveScan): Promise<readonly string[]> {
  const { tool, io, access, options } = restore;
  let failures = 0;
  const running = await startTool({
    file: tool.path,
    args: [
      access.argument,
      "--archive",
      "--stopOnError",
      ...(options.dropExisting ? ["--drop"] : []),
      ...(options.parallelJobs > 1 ? [`--numParallelCollections=${options.parallelJobs}`] : []),
      ...restore.arguments,
    ],
    env: access.env,
    signal: io.signal,
    stdin: "pipe",
    stdout: "ignore",
    secrets: access.secrets,
    onLine: (line) => {
      failures += Number(FAILURES.exec(line)?.[1] ?? 0);
      io.log("debug", withoutDate(line));
    },
  });
  try {
    // The input's own error comes first: the tool only died of it.
    await running.feed(wholeOf(stream, scan));
    await running.finished;
    // It exits 0 after documents that the server refused.
    if (failures > 0)
      throw new AppError("RESTORE_FAILED", `The server refused ${failures} of the documents.`);
    return running.stderr.map(withoutDate);
  } catch (error) {
    await running.finished.catch(() => undefined);
    const state = await cleanUp(restore);
    io.signal.throwIfAborted();
    throw failure(error, state);
  }
}

/** The archive, and its last byte only once it is known to be whole. */
async function* wholeOf(stream: Lookahead, scan: ArchiveScan): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream.consume()) {
    yield chunk;
    freeSoleView(chunk);
  }
  scan.assertWhole();
}

function failure(error: unknown, state: string): AppError {
  if (error instanceof ToolError) {
    const known = explainMongodb(error, "RESTORE_FAILED");
    const said = known.code === "RESTORE_FAILED" ? `${error.message}: ${reasonOf(error)}.` : known.message;
    return new AppError("RESTORE_FAILED", `${said} ${state}`, { cause: error });
  }
  const known = explainMongodb(error, "RESTORE_FAILED");
  return new AppError(known.code, `${known.message} ${state}`, { cause: error, details: known.details });
}

/** Says in what state the target is, after making an empty one empty again. */
async function cleanUp({ config, names, wasEmpty, options, io }: Restore): Promise<string> {
  const database = `The target database ${config.database}`;
  if (!wasEmpty) {
    const dropped = options.dropExisting ? " Collections of the same names may have been dropped." : "";
    return `${database} holds a part of the backup.${dropped}`;
  }
  try {
    // A signal of its own, for the call's may be aborted.
    await withSession(config, AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS), async ({ db }) => {
      for (const name of names) await db.dropCollection(name);
    });
    return `${database} is empty again, as it was.`;
  } catch {
    io.log("warn", `${database}, which was empty, still holds what came in`);
    return `${database} holds a part of the backup.`;
  }
}
