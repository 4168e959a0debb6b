import type { Tx } from "#lib/db/client";
import type { BackupExecution, Prisma } from "#lib/db/generated/client";

interface Words {
  readonly type: string;
  readonly severity: "info" | "warning" | "critical";
  readonly title: string;
}

/**
 * Writes the notification of an execution that has just ended, in the transaction that ends it: exactly one,
 * also after a crash (invariant I2). Cancelled runs say nothing, because a person knows already.
 */
export async function announceExecution(tx: Tx, row: BackupExecution): Promise<void> {
  const metadata = row.metadata as Record<string, unknown>;
  const name = String(metadata.job_name ?? metadata.datasource_name ?? "unnamed");
  const words = wordsFor(row, name);
  if (!words) return;
  await tx.notification.create({
    data: {
      type: words.type,
      severity: words.severity,
      entityType: row.jobId ? "backup_job" : "datasource",
      entityId: row.jobId ?? row.datasourceId,
      title: words.title,
      message:
        row.errorMessage ?? [`Finished in ${row.durationSeconds ?? 0} s.`, ...missingCopies(row)].join("\n"),
      metadata: notificationMetadata(row),
    },
  });
}

/** What storages that did not take their copy said, one line each. */
function missingCopies(row: BackupExecution): string[] {
  const { storage_failures: failures } = row.metadata as { storage_failures?: { error?: unknown }[] };
  return (failures ?? []).map((failure) => String(failure.error));
}

function wordsFor(row: BackupExecution, name: string): Words | null {
  if (row.operation === "backup" && row.status === "completed" && missingCopies(row).length > 0) {
    const title = `Backup of ${name} completed, but a storage did not take it`;
    return { type: "backup_success", severity: "warning", title };
  }
  if (row.operation === "backup" && row.status === "completed") {
    return { type: "backup_success", severity: "info", title: `Backup of ${name} completed` };
  }
  if (row.operation === "backup" && row.status === "failed") {
    return { type: "backup_failed", severity: "critical", title: `Backup of ${name} failed` };
  }
  if (row.operation === "restore" && row.status === "completed") {
    return { type: "restore_success", severity: "info", title: `Restore of ${name} completed` };
  }
  if (row.operation === "restore" && row.status === "failed") {
    return { type: "restore_failed", severity: "critical", title: `Restore of ${name} failed` };
  }
  return null;
}

function notificationMetadata(row: BackupExecution): Prisma.InputJsonObject {
  return {
    execution_id: row.id,
    job_id: row.jobId,
    datasource_id: row.datasourceId,
    error_code: row.errorCode,
    size_bytes: row.sizeBytes === null ? null : Number(row.sizeBytes),
  };
}
