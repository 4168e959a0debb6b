"use client";

import { ArrowRight, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, columnHelper } from "#components/data-table/column-helper";
import { ExecutionBadge } from "#components/executions/execution-badge";
import { milliseconds } from "#components/executions/execution-columns";
import type { ServerCommand } from "#components/forms/use-command";
import { useCronSentence } from "#components/forms/use-cron-sentence";
import { JobSwitch, type UpdateJob } from "#components/jobs/job-switch";
import { RunJobIcon } from "#components/jobs/run-job";
import { Bytes, Duration } from "#components/ui/quantity";
import { Time } from "#components/ui/time";
import { Tooltip } from "#components/ui/tooltip";
import type { BackupJobSummary } from "#lib/features/backup-jobs/schema";
import type { ExecutionStatus, QueuedExecution } from "#lib/features/executions/schema";

export type RunJob = ServerCommand<{ id: string }, QueuedExecution>;

const column = columnHelper<BackupJobSummary>();

export const JOB_WIDTHS = [null, null, null, "9rem", "6.5rem", "6rem", "5rem", "4rem"] as const;

type Options = { run: RunJob | null; update: UpdateJob | null };

export function useJobColumns({ run, update }: Options): Column<BackupJobSummary>[] {
  const t = useTranslations("jobs.columns");
  return useMemo(
    () => [
      column.accessor("name", { header: t("name"), meta: { card: "title" } }),
      column.display({
        id: "route",
        header: t("route"),
        cell: ({ row }) => <Route job={row.original} />,
        meta: { from: "lg" },
      }),
      column.display({
        id: "schedule",
        header: t("schedule"),
        cell: ({ row }) => <Schedule job={row.original} />,
      }),
      column.display({
        id: "last",
        header: t("last"),
        cell: ({ row }) => <LastRun job={row.original} />,
        meta: { width: "9rem" },
      }),
      column.display({
        id: "duration",
        header: t("duration"),
        cell: ({ row }) => <Duration value={milliseconds(row.original.lastDurationSeconds)} />,
        meta: { width: "6.5rem", align: "end", from: "xl" },
      }),
      column.display({
        id: "size",
        header: t("size"),
        cell: ({ row }) => <Bytes value={row.original.lastSizeBytes} />,
        meta: { width: "6rem", align: "end", from: "xl" },
      }),
      column.display({
        id: "enabled",
        header: t("enabled"),
        cell: ({ row }) => <JobSwitch job={row.original} update={update} />,
        meta: { width: "5rem" },
      }),
      ...(run
        ? [
            column.display({
              id: "run",
              header: () => <span className="sr-only">{t("run")}</span>,
              cell: ({ row }) => <RunJobIcon job={row.original} run={run} />,
              meta: { width: "4rem", align: "end", card: "corner", label: t("run") },
            }),
          ]
        : []),
    ],
    [t, run, update],
  );
}

function Route({ job }: { job: BackupJobSummary }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <span className="min-w-0 truncate">{job.datasourceName}</span>
      <ArrowRight aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
      <span className="min-w-0 truncate text-muted-foreground">{job.storageLocationName}</span>
    </span>
  );
}

function Schedule({ job }: { job: BackupJobSummary }) {
  const t = useTranslations("jobs");
  const sentence = useCronSentence();
  return (
    <span className="grid leading-4.5">
      <span className="truncate">{sentence(job.scheduleCron)}</span>
      <span className="flex min-w-0 items-center gap-1 text-muted-foreground text-xs max-md:justify-end">
        {job.scheduleError && (
          <Tooltip content={job.scheduleError}>
            <TriangleAlert role="img" aria-label={t("scheduleError")} className="size-3 text-warning-ink" />
          </Tooltip>
        )}
        {job.enabled && job.nextExecutionAt ? <Time value={job.nextExecutionAt} /> : t("paused")}
        {job.scheduleTimezone !== "UTC" && (
          <span className="truncate text-faint">{job.scheduleTimezone.replaceAll("_", " ")}</span>
        )}
      </span>
    </span>
  );
}

function LastRun({ job }: { job: BackupJobSummary }) {
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
