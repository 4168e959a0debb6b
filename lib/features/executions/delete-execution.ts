import { z } from "zod";
import { AppError } from "#lib/core/errors";
import { findExecution } from "#lib/features/executions/queries";
import { reserveRemoval } from "#lib/features/executions/reserve-removal";
import { executionId } from "#lib/features/executions/schema";
import { leftOver } from "#lib/features/executions/temporary-databases";
import { command } from "#lib/features/use-case";
import { enqueue } from "#lib/tasks/enqueue";

export const deleteExecution = command({
  name: "execution.delete",
  summary: "Deletes an execution that has ended, and its artifact on every storage.",
  permission: "executions.control",
  input: executionId,
  output: z.object({ id: z.uuid(), status: z.enum(["deleted", "deleting"]) }),
  critical: { action: "execution.delete", resource: (input) => ({ type: "execution", id: input.id }) },
  run: async (tx, input, ctx) => {
    const row = await findExecution(tx, ctx, input.id, "executions.control");
    if (row.status === "queued" || row.status === "running") {
      throw new AppError("EXECUTION_NOT_DELETABLE", `This execution is ${row.status}. Cancel it first.`);
    }
    if (row.pinned) throw new AppError("EXECUTION_NOT_DELETABLE", "This backup is pinned. Unpin it first.");
    const [pending] = leftOver(row.metadata).filter(({ state }) => state === "pending");
    if (pending) {
      const what = `Its temporary database ${pending.name} is still being removed from ${pending.place}`;
      throw new AppError("EXECUTION_NOT_DELETABLE", `${what}. Try again later.`);
    }
    const copies = await tx.backupCopy.count({ where: { executionId: row.id, status: { not: "removed" } } });
    if (copies === 0) {
      await tx.backupExecution.delete({ where: { id: row.id } });
      return { id: row.id, status: "deleted" as const };
    }
    await reserveRemoval(tx, row.id);
    await tx.backupExecution.update({ where: { id: row.id }, data: { deleteRequestedAt: new Date() } });
    await enqueue(tx, "remove-artifact", { executionId: row.id });
    return { id: row.id, status: "deleting" as const };
  },
  audit: (result) => ({ resourceType: "execution", resourceId: result.id }),
});
