import { AppError } from "#lib/core/errors";
import { notifyCancel, notifyExecution } from "#lib/features/executions/notify-execution";
import { executionRow, isVerification, presentExecution } from "#lib/features/executions/present";
import { findExecution } from "#lib/features/executions/queries";
import { execution, executionId } from "#lib/features/executions/schema";
import { ringLeftOver } from "#lib/features/executions/temporary-databases";
import { command } from "#lib/features/use-case";

export const cancelExecution = command({
  name: "execution.cancel",
  summary: "Cancels a queued execution at once; a running one is told to stop and ends its tools.",
  permission: "executions.control",
  input: executionId,
  output: execution,
  run: async (tx, input, ctx) => {
    const row = await findExecution(tx, ctx, input.id, "executions.control");
    const now = new Date();
    const queued = await tx.backupExecution.updateMany({
      where: { id: row.id, status: "queued" },
      data: {
        status: "cancelled",
        cancelRequestedAt: now,
        finishedAt: now,
        errorMessage: "Cancelled before it started.",
      },
    });
    const running = await tx.backupExecution.updateMany({
      where: { id: row.id, status: "running" },
      data: { cancelRequestedAt: now },
    });
    if (queued.count + running.count === 0) {
      throw new AppError("EXECUTION_NOT_CANCELLABLE", `This execution has ended already (${row.status}).`);
    }
    // One that was given back by a worker that had to go may have left something.
    if (queued.count > 0) await ringLeftOver(tx, row);
    await notifyCancel(tx, row.id);
    await notifyExecution(tx, row.id);
    return presentExecution(
      await tx.backupExecution.findUniqueOrThrow({ where: { id: row.id }, ...executionRow }),
      isVerification(row.metadata),
    );
  },
  audit: (result) => ({ resourceType: "execution", resourceId: result.id }),
});
