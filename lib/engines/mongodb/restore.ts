import { AppError } from "#lib/core/errors";
import { type ToolAccess, toolAccess } from "#lib/engines/mongodb/access";
import { ArchiveScan, type Prelude } from "#lib/engines/mongodb/archive-scan";
import type { MongodbConfig } from "#lib/engines/mongodb/config";
import { explainMongodb } from "#lib/engines/mongodb/explain";
import { listCollections } from "#lib/engines/mongodb/inventory";
import { Lookahead } from "#lib/engines/mongodb/lookahead";
import { planRestore, type RestorePlan } from "#lib/engines/mongodb/restore-plan";
import { kindOfServer } from "#lib/engines/mongodb/server";
import { type Session, serverVersion, withSession } from "#lib/engines/mongodb/session";
import { withoutDate } from "#lib/engines/mongodb/tool-words";
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
  readonly plan: RestorePlan;
  /** None of the target's databases held a collection before. */
  readonly wasEmpty: boolean;
}

/**
 * Feeds an archive to mongorestore: into the config's database, renamed from the one that it was taken of, or
 * all of it into a server. The archive is read along, so that one that is cut off never counts as restored.
 * There is no transaction around a restore: after a failure a target that was empty is made empty again; of any
 * other the error says that it holds a part.
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
    const plan = planRestore(prelude, config, options);
    const target = await withSession(config, io.signal, (session) => lookAt(session, plan));
    refuseConflict(plan, target.present, options);
    for (const { level, text } of plan.notes) io.log(level, text);
    access = await toolAccess(config, io.tempDirectory);
    const wasEmpty =
      plan.incoming.size > 0 && [...target.present.values()].every((names) => names.length === 0);
    const engineOutput = await run({ config, options, io, tool, access, plan, wasEmpty }, stream, scan);
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

/** What the target's databases hold already, by their names. */
type Present = ReadonlyMap<string, readonly string[]>;

async function lookAt(session: Session, plan: RestorePlan): Promise<{ version: string; present: Present }> {
  if (plan.replaysOplog && (await kindOfServer(session)) === "router") {
    const message =
      "A mongos cannot replay the backup's oplog: restore its databases one by one, by naming each";
    throw new AppError("RESTORE_FAILED", `${message} as the target database. Nothing was changed.`);
  }
  const version = await serverVersion(session);
  const present = new Map<string, readonly string[]>();
  for (const database of plan.incoming.keys()) {
    const collections = await listCollections(session.client.db(database));
    present.set(
      database,
      collections.map(({ name }) => name),
    );
  }
  return { version, present };
}

/** mongorestore would add documents to what is there: a mixture of two states that nobody asked for. */
function refuseConflict(plan: RestorePlan, present: Present, options: RestoreOptions): void {
  const several = plan.incoming.size > 1;
  const both = [...plan.incoming]
    .flatMap(([database, names]) =>
      names
        .filter((name) => present.get(database)?.includes(name))
        .map((name) => (several ? `${database}.${name}` : name)),
    )
    .sort();
  if (options.dropExisting || both.length === 0) return;
  const shown = both.slice(0, 5).join(", ");
  throw new AppError(
    "RESTORE_FAILED",
    `${plan.target} already holds ${shown}${both.length > 5 ? " and more" : ""}: choose to drop what exists. ` +
      "Nothing was changed.",
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
      ...restore.plan.arguments,
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
  const known = explainMongodb(error, "RESTORE_FAILED");
  const code = error instanceof ToolError ? "RESTORE_FAILED" : known.code;
  return new AppError(code, `${known.message} ${state}`, { cause: error, details: known.details });
}

/** Says in what state the target is, after making an empty one empty again. */
async function cleanUp(restore: Restore): Promise<string> {
  const { plan, options, io } = restore;
  const part = `${plan.target} holds a part of the backup.`;
  const dropped = options.dropExisting ? " Collections of the same names may have been dropped." : "";
  const changed = options.dropExisting ? "replaced" : "added";
  const users = plan.hasUsers ? ` Users and roles may have been ${changed}.` : "";
  if (!restore.wasEmpty) return `${part}${dropped}${users}`;
  try {
    if (await dropIncoming(restore)) return `${plan.emptyAgain}${users}`;
  } catch {
    io.log("warn", `${plan.target}, which was empty, still holds what came in`);
  }
  return `${part}${users}`;
}

/** Whether nothing else is there afterwards: a replay may have brought more than the archive lists. */
function dropIncoming({ config, plan }: Restore): Promise<boolean> {
  // A signal of its own, for the call's may be aborted.
  return withSession(config, AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS), async ({ client }) => {
    let left = 0;
    for (const [database, names] of plan.incoming) {
      const db = client.db(database);
      for (const name of names) await db.dropCollection(name);
      left += (await listCollections(db)).length;
    }
    return left === 0;
  });
}
