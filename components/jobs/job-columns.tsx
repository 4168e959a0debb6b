"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, columnHelper } from "#components/data-table/column-helper";
import { milliseconds } from "#components/executions/execution-columns";
import { LastRun, Route, Schedule } from "#components/jobs/job-cells";
import { JobSwitch, type UpdateJob } from "#components/jobs/job-switch";
import { type RunJob, RunJobIcon } from "#components/jobs/run-job";
import { Bytes, Duration } from "#components/ui/quantity";
import type { BackupJobSummary } from "#lib/features/backup-jobs/schema";

const column = columnHelper<BackupJobSummary>();

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
        meta: { width: "8rem" },
      }),
      column.display({
        id: "duration",
        header: t("duration"),
        cell: ({ row }) => <Duration value={milliseconds(row.original.lastDurationSeconds)} />,
        meta: { width: "5rem", align: "end", from: "xl" },
      }),
      column.display({
        id: "size",
        header: t("size"),
        cell: ({ row }) => <Bytes value={row.original.lastSizeBytes} />,
        meta: { width: "5.5rem", align: "end", from: "xl" },
      }),
      column.display({
        id: "enabled",
        header: t("enabled"),
        cell: ({ row }) => (
          <span className="flex">
            <JobSwitch job={row.original} update={update} />
          </span>
        ),
        meta: { width: "5rem" },
      }),
      ...(run
        ? [
            column.display({
              id: "run",
              header: () => <span className="sr-only">{t("run")}</span>,
              cell: ({ row }) => <RunJobIcon job={row.original} run={run} />,
              meta: { width: "3.5rem", align: "end", card: "corner", label: t("run") },
            }),
          ]
        : []),
    ],
    [t, run, update],
  );
}
