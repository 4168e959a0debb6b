"use client";

import { ListChecks } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { DataTable } from "#components/data-table/data-table";
import { type ExecutionListRow, useExecutionColumns } from "#components/executions/execution-columns";
import { EmptyState } from "#components/ui/empty-state";

type ExecutionTableProps = {
  rows: readonly ExecutionListRow[];
  pagination?: { total: number; page: number; limit: number };
  /** All rows are of one job: its name is not repeated. */
  ofJob?: boolean;
  /** Filters are set, so an empty list does not mean that nothing ever ran. */
  filtered?: boolean;
  /** The next step while nothing has run yet. */
  emptyAction?: ReactNode;
};

export function ExecutionTable({ rows, pagination, ofJob, filtered, emptyAction }: ExecutionTableProps) {
  const t = useTranslations("executions");
  const table = useTranslations("table.noResults");
  const columns = useExecutionColumns(ofJob ?? false);
  return (
    <DataTable
      label={t("title")}
      columns={columns}
      rows={rows}
      rowId={(row) => row.id}
      hrefOf={(row) => `/executions/${row.id}`}
      {...(pagination ? { pagination } : {})}
      empty={
        <EmptyState
          icon={<ListChecks />}
          title={filtered ? table("title") : t("empty.title")}
          description={filtered ? table("description") : t("empty.description")}
          action={filtered ? undefined : emptyAction}
        />
      }
    />
  );
}
