import type { HealthCheckStatus } from "#lib/core/check-status";
import type { AlertState } from "#lib/core/health-alert";
import type { Tx } from "#lib/db/client";

interface Change {
  readonly noun: "datasource" | "storage_location";
  readonly id: string;
  readonly name: string;
  readonly before: AlertState;
  readonly next: AlertState;
  readonly check: HealthCheckStatus;
  readonly latencyMs: number | null;
  /** Why it failed, or why it counts as full. */
  readonly error: string | null;
}

interface Words {
  readonly type: string;
  readonly severity: "info" | "warning" | "critical";
  readonly title: string;
}

/**
 * Writes the notification of a datasource or storage that was lost, is full or is back, in the transaction
 * that notes it as told: exactly one per change, however many workers check.
 */
export async function announceHealth(tx: Tx, change: Change): Promise<void> {
  const { type, severity, title } = change.noun === "datasource" ? ofDatasource(change) : ofStorage(change);
  await tx.notification.create({
    data: {
      type,
      severity,
      entityType: change.noun,
      entityId: change.id,
      title,
      message: change.error ?? `The last check took ${change.latencyMs ?? 0} ms.`,
      metadata: { name: change.name, check_status: change.check, latency_ms: change.latencyMs },
    },
  });
}

function ofDatasource({ name, next }: Change): Words {
  return next.alert === "lost"
    ? { type: "connection_lost", severity: "critical", title: `Connection to ${name} lost` }
    : { type: "connection_restored", severity: "info", title: `Connection to ${name} restored` };
}

function ofStorage({ name, before, next }: Change): Words {
  if (next.alert === "lost") {
    return { type: "storage_unreachable", severity: "critical", title: `Storage ${name} cannot be used` };
  }
  if (next.alert === "full") {
    return { type: "storage_full", severity: "warning", title: `Storage ${name} is full` };
  }
  const how = before.alert === "full" ? "has space again" : "can be used again";
  return { type: "storage_restored", severity: "info", title: `Storage ${name} ${how}` };
}
