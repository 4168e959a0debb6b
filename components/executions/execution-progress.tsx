"use client";

import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { isLive, type LiveState } from "#components/executions/use-execution-stream";
import { cn } from "#components/ui/cn";
import { Elapsed } from "#components/ui/elapsed";
import { Progress } from "#components/ui/progress";
import { Bytes, Duration, Rate } from "#components/ui/quantity";
import { Stat } from "#components/ui/stat";
import { formatPercent, formatRatio } from "#lib/core/format";
import type { ExecutionDetail } from "#lib/features/executions/schema";

type ExecutionProgressProps = { execution: ExecutionDetail; state: LiveState };

/** Four numbers in one place: live while it runs, final afterwards; nothing moves when it ends. */
export function ExecutionProgress({ execution, state }: ExecutionProgressProps) {
  return isLive(state.status) ? (
    <Running execution={execution} state={state} />
  ) : (
    <Ended execution={execution} />
  );
}

function Running({ execution, state }: ExecutionProgressProps) {
  const t = useTranslations("executions.progress");
  const locale = useLocale();
  const { progress } = state;
  const backup = execution.operation === "backup";
  const share = progress?.estimatedBytes
    ? Math.min(0.99, progress.bytesRead / progress.estimatedBytes)
    : null;
  const phase = progress && t.has(`phases.${progress.phase}`) ? t(`phases.${progress.phase}`) : null;
  const left =
    share !== null && progress?.estimatedBytes && progress.bytesPerSecond > 0
      ? Math.max(0, ((progress.estimatedBytes - progress.bytesRead) / progress.bytesPerSecond) * 1000)
      : null;
  return (
    <Strip
      bar={
        <div className="grid gap-2 rounded-lg border bg-card px-4 py-3">
          <div className="flex items-baseline justify-between gap-4 text-sm">
            <span className="min-w-0 truncate font-medium">
              {state.status === "queued" ? t("waiting") : (phase ?? t("starting"))}
            </span>
            <span className="shrink-0 text-muted-foreground text-xs tabular">
              {share !== null && t("done", { share: formatPercent(share, locale, 0) })}
              {left !== null && left > 2000 && (
                <>
                  {" · "}
                  {t.rich("left", { time: () => <Duration value={left} /> })}
                </>
              )}
            </span>
          </div>
          <Progress value={state.status === "queued" ? 0 : share} label={phase ?? t("waiting")} />
        </div>
      }
    >
      <Stat label={t("read")} value={<Bytes value={progress?.bytesRead} />} />
      <Stat label={t("rate")} value={<Rate value={progress?.bytesPerSecond} />} />
      {backup ? (
        <Stat label={t("stored")} value={<Bytes value={progress?.bytesWritten} />} />
      ) : (
        <Stat label={t("total")} value={<Bytes value={progress?.estimatedBytes} />} />
      )}
      <Stat
        label={state.startedAt ? t("elapsed") : t("waitingFor")}
        value={<Elapsed since={state.startedAt ?? execution.createdAt} />}
      />
    </Strip>
  );
}

function Ended({ execution }: { execution: ExecutionDetail }) {
  const t = useTranslations("executions.progress");
  const locale = useLocale();
  const { sizeBytes, compressedSizeBytes: stored, durationSeconds } = execution;
  // How long a failed one took stands among the facts.
  if (sizeBytes === null) return null;
  const rate = durationSeconds !== null && durationSeconds > 0 ? Number(sizeBytes) / durationSeconds : null;
  const ratio = stored ? Number(sizeBytes) / Number(stored) : null;
  return (
    <Strip three={execution.operation === "restore"}>
      <Stat
        label={t("duration")}
        value={<Duration value={durationSeconds === null ? null : durationSeconds * 1000} />}
      />
      <Stat label={t("read")} value={<Bytes value={sizeBytes} />} />
      <Stat label={t("rate")} value={<Rate value={rate} />} />
      {execution.operation === "backup" && (
        <Stat
          label={t("stored")}
          value={<Bytes value={stored} />}
          aside={
            ratio !== null && (
              <span className="text-muted-foreground text-xs tabular">{formatRatio(ratio, locale)}</span>
            )
          }
        />
      )}
    </Strip>
  );
}

function Strip({ bar, children, three }: { bar?: ReactNode; children: ReactNode; three?: boolean }) {
  return (
    <div className="grid gap-3">
      {bar}
      <div
        className={cn(
          "grid grid-cols-2 gap-3",
          three ? "max-sm:[&>:last-child]:col-span-2 sm:grid-cols-3" : "lg:grid-cols-4",
        )}
      >
        {children}
      </div>
    </div>
  );
}
