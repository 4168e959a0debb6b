import Link from "next/link";
import { useTranslations } from "next-intl";
import { ExecutionBadge, stateOf } from "#components/executions/execution-badge";
import { nameOf, operationOf } from "#components/executions/execution-name";
import { useSaid } from "#components/shell/use-said";
import { Bytes, Duration } from "#components/ui/quantity";
import { Time } from "#components/ui/time";
import type { Execution } from "#lib/features/executions/schema";

/** The last runs, one line each; a failed one says why. */
export function ExecutionList({ executions }: { executions: readonly Execution[] }) {
  const t = useTranslations("overview.recent");
  const said = useSaid();
  return (
    <ul className="divide-y">
      {executions.map((execution) => (
        <li key={execution.id} className="relative px-4 py-2.5 hover:bg-sunken/70">
          <div className="grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1 sm:grid-cols-[1fr_6.5rem_4rem_5rem_6rem]">
            <div className="flex min-w-0 items-baseline gap-2">
              <Link
                href={`/executions/${execution.id}`}
                prefetch={false}
                className="truncate rounded-sm font-medium text-sm after:absolute after:inset-0"
              >
                {nameOf(execution, t("deletedJob"))}
              </Link>
              <span className="shrink-0 text-muted-foreground text-xs">{t(operationOf(execution))}</span>
            </div>
            <span className="flex max-sm:justify-end">
              <ExecutionBadge state={stateOf(execution)} />
            </span>
            <span className="text-right text-muted-foreground text-xs max-sm:hidden">
              <Bytes value={execution.compressedSizeBytes} />
            </span>
            <span className="text-right text-muted-foreground text-xs max-sm:hidden">
              <Duration
                value={execution.durationSeconds === null ? null : execution.durationSeconds * 1000}
              />
            </span>
            <span className="relative text-muted-foreground text-xs sm:text-right">
              <Time value={execution.finishedAt ?? execution.startedAt ?? execution.createdAt} />
            </span>
          </div>
          {execution.status === "failed" && execution.errorMessage && (
            <p className="mt-0.5 truncate text-danger-ink text-xs" title={said(execution.errorMessage)}>
              {said(execution.errorMessage)}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
