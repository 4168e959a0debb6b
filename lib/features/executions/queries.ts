import { AppError } from "#lib/core/errors";
import type { Permission } from "#lib/core/permissions";
import type { Db } from "#lib/db/client";
import type { Prisma } from "#lib/db/generated/client";
import type { Context } from "#lib/features/context";
import {
  executionRow,
  executionWithParts,
  presentDetail,
  presentExecutions,
} from "#lib/features/executions/present";
import {
  execution,
  executionDetail,
  executionId,
  executionLogs,
  executionLogsInput,
  listExecutionsInput,
} from "#lib/features/executions/schema";
import { paged, pageOf, slice } from "#lib/features/paging";
import { scopeIds } from "#lib/features/scope";
import { query } from "#lib/features/use-case";

const LOG_LINES_AT_ONCE = 2000;

/** Executions of jobs and datasources that the caller's scope of `permission` leaves. */
export function visibleExecutions(
  ctx: Context,
  permission: Permission = "executions.read",
): Prisma.BackupExecutionWhereInput {
  const jobs = scopeIds(ctx, permission, "backup_job");
  const datasources = scopeIds(ctx, permission, "datasource");
  return {
    deleteRequestedAt: null,
    ...(Object.keys(jobs).length > 0 ? { jobId: jobs } : {}),
    ...(Object.keys(datasources).length > 0 ? { datasourceId: datasources } : {}),
  };
}

export const listExecutions = query({
  name: "execution.list",
  summary: "Executions, newest first.",
  permission: "executions.read",
  input: listExecutionsInput,
  output: pageOf(execution),
  run: async (db, input, ctx) => {
    const where: Prisma.BackupExecutionWhereInput = {
      AND: [
        visibleExecutions(ctx),
        {
          ...(input.status ? { status: input.status } : {}),
          ...(input.operation ? { operation: input.operation } : {}),
          ...(input.jobId ? { jobId: input.jobId } : {}),
          ...(input.datasourceId ? { datasourceId: input.datasourceId } : {}),
          ...(input.storageLocationId ? { storageLocationId: input.storageLocationId } : {}),
          ...(input.groupId ? { groupId: input.groupId } : {}),
          ...(input.from || input.to
            ? {
                createdAt: {
                  ...(input.from ? { gte: input.from } : {}),
                  ...(input.to ? { lte: input.to } : {}),
                },
              }
            : {}),
        },
      ],
    };
    const [rows, total] = await Promise.all([
      db.backupExecution.findMany({
        where,
        ...slice(input),
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
        ...executionRow,
      }),
      db.backupExecution.count({ where }),
    ]);
    return paged(await presentExecutions(db, rows), total, input);
  },
});

export const getExecution = query({
  name: "execution.get",
  summary: "One execution with its chunks and copies.",
  permission: "executions.read",
  input: executionId,
  output: executionDetail,
  run: async (db, input, ctx) => {
    const row = await db.backupExecution.findFirst({
      where: { AND: [{ id: input.id }, visibleExecutions(ctx)] },
      ...executionWithParts,
    });
    if (!row) throw notFound();
    return presentDetail(row);
  },
});

export const getExecutionLogs = query({
  name: "execution.logs",
  summary: "The log lines of an execution, oldest first; `after` is the id of the last line already known.",
  permission: "executions.read",
  input: executionLogsInput,
  output: executionLogs,
  run: async (db, input, ctx) => {
    const row = await findExecution(db, ctx, input.id);
    const lines = await db.executionLog.findMany({
      where: { executionId: row.id, ...(input.after ? { id: { gt: BigInt(input.after) } } : {}) },
      orderBy: { id: "desc" },
      take: LOG_LINES_AT_ONCE,
    });
    return {
      executionId: row.id,
      status: row.status,
      startedAt: row.startedAt,
      finishedAt: row.finishedAt,
      logs: lines.reverse().map(({ id, ts, level, message }) => ({ id: id.toString(), ts, level, message })),
    };
  },
});

/** The row within the caller's scope of reading and of what `permission` is about, or 404. */
export async function findExecution(
  db: Pick<Db, "backupExecution">,
  ctx: Context,
  id: string,
  permission: Permission = "executions.read",
) {
  const row = await db.backupExecution.findFirst({
    where: { AND: [{ id }, visibleExecutions(ctx), visibleExecutions(ctx, permission)] },
  });
  if (!row) throw notFound();
  return row;
}

function notFound(): AppError {
  return new AppError("NOT_FOUND", "There is no such execution.");
}
