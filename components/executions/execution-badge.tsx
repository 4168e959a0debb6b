import { useTranslations } from "next-intl";
import { StatusBadge, type StatusTone } from "#components/ui/status-badge";
import type { Execution, ExecutionStatus } from "#lib/features/executions/schema";

/** A run that the schedule asked for while the previous one still went on never started. */
export type ExecutionState = ExecutionStatus | "skipped" | "cancelling";

const TONES: Record<ExecutionState, StatusTone> = {
  queued: "queued",
  running: "running",
  cancelling: "warning",
  completed: "success",
  failed: "danger",
  cancelled: "neutral",
  skipped: "neutral",
};

/** The status as a person would say it. */
export function stateOf(
  execution: Pick<Execution, "status" | "errorCode" | "cancelRequestedAt">,
): ExecutionState {
  const { status, errorCode, cancelRequestedAt } = execution;
  if (status === "running" && cancelRequestedAt) return "cancelling";
  if (status === "cancelled" && errorCode === "EXECUTION_ALREADY_PROCESSING") return "skipped";
  return status;
}

type ExecutionBadgeProps = { state: ExecutionState; appearance?: "soft" | "plain" };

export function ExecutionBadge({ state, appearance = "soft" }: ExecutionBadgeProps) {
  const t = useTranslations("executions.status");
  return (
    <StatusBadge tone={TONES[state]} appearance={appearance}>
      {t(state)}
    </StatusBadge>
  );
}
