import type { Database, Db } from "#lib/db/client";
import { engineFor } from "#lib/engines/registry";
import type { Engine } from "#lib/engines/types";
import { enginePlaces } from "#lib/features/engine-places";
import { notifyExecution } from "#lib/features/executions/notify-execution";
import type { TemporaryDatabase } from "#lib/features/executions/schema";
import { changeTemporary, leftOver } from "#lib/features/executions/temporary-databases";
import { ExecutionLog } from "#lib/features/runs/execution-log";
import { secretsOf } from "#lib/features/runs/load-backup";
import { inState, placeOf } from "#lib/features/runs/temporary-names";
import { openConfig } from "#lib/features/secrets/config";
import { withTempDirectory } from "#lib/features/temp-directory";

const DROP_TIMEOUT_MS = 60_000;

/** Which try of the queue's this is. */
export interface Attempt {
  readonly first: boolean;
  readonly last: boolean;
}

/**
 * Drops what an execution that has ended left on a server, by the names that it remembers and no other. What
 * cannot be dropped makes this throw, so that the queue tries again; where no further try helps, the log says
 * what to do by hand.
 */
export async function dropTemporary(
  { prisma }: Database,
  executionId: string,
  attempt: Attempt,
  shutdown: AbortSignal,
): Promise<void> {
  const row = await prisma.backupExecution.findUnique({ where: { id: executionId } });
  // One that was queued again rings when it ends.
  if (!row || row.status === "queued" || row.status === "running") return;
  const errors: unknown[] = [];
  for (const each of leftOver(row.metadata)) {
    try {
      await dropOne(prisma, executionId, each, attempt, shutdown);
    } catch (error) {
      errors.push(error);
    }
  }
  await notifyExecution(prisma, executionId);
  if (errors.length > 0) throw errors[0];
}

async function dropOne(
  db: Db,
  executionId: string,
  each: TemporaryDatabase,
  attempt: Attempt,
  shutdown: AbortSignal,
): Promise<void> {
  const server = await serverOf(db, each);
  const lost = typeof server === "string";
  const log = new ExecutionLog(db, executionId, lost ? [] : secretsOf(server.engine, server.config));
  // A page that sees the new state asks no further: the line must be there by then.
  const settle = async (state: TemporaryDatabase["state"]) => {
    await log.flush();
    await changeTemporary(db, executionId, null, (known) => inState(known, each.name, state));
  };
  const what = `The temporary database ${each.name}`;
  const giveUp = async (why: string) => {
    const advice = `Drop it by hand on ${each.place}.`;
    if (each.state !== "left") log.add("error", `${what} could not be removed: ${why} ${advice}`);
    await settle("left");
  };
  if (lost) return giveUp(server);
  try {
    await drop(db, each.name, server, log, shutdown);
  } catch (error) {
    shutdown.throwIfAborted();
    const why = error instanceof Error ? error.message : "unknown reason";
    if (attempt.last || each.state === "left") return giveUp(why);
    if (attempt.first) log.add("warn", `${what} is still on ${each.place}: ${why} This is tried again.`);
    await log.flush();
    throw error;
  }
  log.add("info", `${what} was left behind by this execution's worker; it was removed from ${each.place}.`);
  await settle("dropped");
}

interface Server {
  readonly engine: Engine;
  readonly config: Record<string, unknown>;
}

/** The server as it can be reached now, or why that will never be. */
async function serverOf(db: Db, { datasource_id: id, place }: TemporaryDatabase): Promise<Server | string> {
  const datasource = await db.datasource.findUnique({ where: { id } });
  if (!datasource) return "its datasource was deleted.";
  const engine = engineFor(datasource.type);
  const config = openConfig(engine.config, datasource.connectionConfig, { noun: "datasource", id });
  const now = placeOf(config);
  return now === place ? { engine, config } : `its datasource points to ${now} now.`;
}

async function drop(
  db: Db,
  name: string,
  { engine, config }: Server,
  log: ExecutionLog,
  shutdown: AbortSignal,
): Promise<void> {
  const places = await enginePlaces(db);
  const signal = AbortSignal.any([shutdown, AbortSignal.timeout(DROP_TIMEOUT_MS)]);
  await withTempDirectory("drop", async (tempDirectory) => {
    try {
      await engine.verification?.dropTemporary(config, name, { signal, tempDirectory, places, log: log.add });
    } catch (error) {
      throw engine.explain(error);
    }
  });
}
