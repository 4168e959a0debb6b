"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useMemo } from "react";
import { type Column, columnHelper } from "#components/data-table/column-helper";
import { ExecutionBadge, stateOf } from "#components/executions/execution-badge";
import { operationOf } from "#components/executions/execution-name";
import { SizePair } from "#components/executions/size-pair";
import { useSaid } from "#components/shell/use-said";
import { Missing } from "#components/ui/missing";
import { Bytes, Duration } from "#components/ui/quantity";
import { Time } from "#components/ui/time";
import { Tooltip } from "#components/ui/tooltip";
import type { Execution, JobRun } from "#lib/features/executions/schema";

/** A row of a list: one execution, or one run of a job. */
export type ExecutionListRow = Execution & Partial<Pick<JobRun, "databasesCount">>;

const column = columnHelper<ExecutionListRow>();

/** `ofJob` leaves out the name, where all rows are of one job. */
export function useExecutionColumns(ofJob: boolean): Column<ExecutionListRow>[] {
  const t = useTranslations("executions");
  return useMemo(() => {
    const what = column.display({
      id: "what",
      header: t("columns.what"),
      cell: ({ row }) => <What execution={row.original} />,
      meta: { card: "title" },
    });
    return [
      column.display({
        id: "status",
        header: t("columns.status"),
        cell: ({ row }) => <ExecutionBadge state={stateOf(row.original)} appearance="plain" />,
        meta: { width: "9.5rem", card: ofJob ? "title" : "corner" },
      }),
      ...(ofJob ? [] : [what]),
      column.display({
        id: "operation",
        header: t("columns.operation"),
        cell: ({ row }) => <Operation execution={row.original} />,
        meta: { width: ofJob ? "10rem" : "7rem", from: "lg" },
      }),
      column.display({
        id: "started",
        header: t("columns.started"),
        cell: ({ row }) => <Time value={row.original.startedAt ?? row.original.createdAt} />,
        meta: { width: ofJob ? "7rem" : "8rem" },
      }),
      column.display({
        id: "duration",
        header: t("columns.duration"),
        cell: ({ row }) => <Duration value={milliseconds(row.original.durationSeconds)} />,
        meta: { width: ofJob ? "6.5rem" : "7rem", align: "end" },
      }),
      column.display({
        id: "size",
        header: t(ofJob ? "columns.stored" : "columns.size"),
        cell: ({ row }) =>
          ofJob ? <Stored execution={row.original} /> : <SizePair execution={row.original} />,
        meta: { width: ofJob ? "6rem" : "10rem", align: "end", from: "lg" },
      }),
      column.display({
        id: "error",
        header: t("columns.note"),
        cell: ({ row }) => <Note execution={row.original} />,
        meta: { from: "xl" },
      }),
    ];
  }, [t, ofJob]);
}

function Stored({ execution }: { execution: Execution }) {
  return <Bytes value={execution.compressedSizeBytes} />;
}

/** The job or datasource, with the database below where the job names several. */
function What({ execution }: { execution: Execution }) {
  const t = useTranslations("executions");
  const name = execution.jobName ?? execution.datasourceName ?? t("deleted");
  if (execution.databaseName === null) return name;
  return <WithDatabase name={name} database={execution.databaseName} />;
}

/** A job with one of its databases; both stay readable where the column is narrow. */
export function WithDatabase({ name, database }: { name: ReactNode; database: string }) {
  return (
    <span className="grid min-w-0 leading-4.5">
      <span className="truncate">{name}</span>
      <span className="truncate font-mono font-normal text-muted-foreground text-xs">{database}</span>
    </span>
  );
}

/** What it did; of a run over several databases or of one of them, which. */
function Operation({ execution }: { execution: ExecutionListRow }) {
  const t = useTranslations("executions");
  const { databasesCount, databaseName } = execution;
  return (
    <>
      {t(`operation.${operationOf(execution)}`)}
      {typeof databasesCount === "number" && (
        <span className="text-muted-foreground">{` · ${t("group.databases", { count: databasesCount })}`}</span>
      )}
      {databasesCount === null && databaseName !== null && (
        <span className="text-muted-foreground">{` · ${databaseName}`}</span>
      )}
    </>
  );
}

export function milliseconds(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}

/** What is worth knowing beside the status: why it failed, or what became of the files. */
function Note({ execution }: { execution: Execution }) {
  const t = useTranslations("executions.note");
  const said = useSaid();
  const { errorMessage, status, corruptAt, artifactRemovedAt, verifiedAt } = execution;
  if (errorMessage) {
    const words = said(errorMessage);
    return (
      <Tooltip content={<span className="line-clamp-6 break-words">{words}</span>}>
        <span className={status === "failed" ? "text-danger-ink" : "text-muted-foreground"}>{words}</span>
      </Tooltip>
    );
  }
  if (corruptAt) return <span className="text-danger-ink">{t("corrupt")}</span>;
  if (artifactRemovedAt) return <span className="text-muted-foreground">{t("removed")}</span>;
  if (verifiedAt) return <span className="text-success-ink">{t("verified")}</span>;
  return <Missing />;
}
