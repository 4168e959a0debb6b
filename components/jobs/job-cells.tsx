"use client";

import { ArrowRight, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { ExecutionBadge } from "#components/executions/execution-badge";
import { useCronSentence } from "#components/forms/use-cron-sentence";
import { Said } from "#components/shell/use-said";
import { Time } from "#components/ui/time";
import { Tooltip } from "#components/ui/tooltip";
import type { BackupJobSummary } from "#lib/features/backup-jobs/schema";
import type { ExecutionStatus } from "#lib/features/executions/schema";

export function Route({ job }: { job: BackupJobSummary }) {
  const t = useTranslations("jobs");
  const further = job.backupOptions.storage_targets.length;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <span className="max-w-3/5 shrink-0 truncate">{job.datasourceName}</span>
      <ArrowRight aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
      <span className="min-w-0 truncate text-muted-foreground">{job.storageLocationName}</span>
      {further > 0 && (
        <span className="shrink-0 text-muted-foreground text-xs" title={t("further", { count: further })}>
          <span aria-hidden="true">+{further}</span>
          <span className="sr-only">{t("further", { count: further })}</span>
        </span>
      )}
    </span>
  );
}

export function Schedule({ job }: { job: BackupJobSummary }) {
  const t = useTranslations("jobs");
  const sentence = useCronSentence();
  return (
    <span className="grid leading-4.5">
      <span className="truncate">{sentence(job.scheduleCron)}</span>
      <span className="flex min-w-0 items-center gap-1 text-muted-foreground text-xs max-md:justify-end">
        {job.scheduleError && (
          <Tooltip content={<Said>{job.scheduleError}</Said>}>
            <TriangleAlert role="img" aria-label={t("scheduleError")} className="size-3 text-warning-ink" />
          </Tooltip>
        )}
        {job.enabled && job.nextExecutionAt ? <Time value={job.nextExecutionAt} /> : t("paused")}
        {job.scheduleTimezone !== "UTC" && (
          <>
            <span aria-hidden="true">·</span>
            <span className="truncate">{job.scheduleTimezone.replaceAll("_", " ")}</span>
          </>
        )}
      </span>
    </span>
  );
}

export function LastRun({ job }: { job: BackupJobSummary }) {
  const t = useTranslations("jobs");
  if (!job.lastExecutionId || !job.lastStatus) return <span className="text-faint">{t("neverRan")}</span>;
  return (
    <Link
      href={`/executions/${job.lastExecutionId}`}
      prefetch={false}
      className="grid w-fit rounded-sm leading-4.5"
    >
      <ExecutionBadge state={job.lastStatus as ExecutionStatus} appearance="plain" />
      <Time value={job.lastRunAt} className="text-muted-foreground text-xs" />
    </Link>
  );
}
