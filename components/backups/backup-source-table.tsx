"use client";

import { Archive } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useMemo } from "react";
import { type Column, columnHelper } from "#components/data-table/column-helper";
import { DataTable } from "#components/data-table/data-table";
import { EmptyState } from "#components/ui/empty-state";
import { Missing } from "#components/ui/missing";
import { Bytes, Count } from "#components/ui/quantity";
import { Time } from "#components/ui/time";
import { type BackupDatasource, UNASSIGNED } from "#lib/features/backups/schema";

function Type({ value }: { value: BackupDatasource["type"] }) {
  const t = useTranslations("datasources.types");
  if (!value) return <Missing />;
  return <span className="text-muted-foreground">{t(value)}</span>;
}

const column = columnHelper<BackupDatasource>();

/** What each datasource could be restored from. */
export function BackupSourceTable({
  rows,
  emptyAction,
}: {
  rows: readonly BackupDatasource[];
  emptyAction: ReactNode;
}) {
  const t = useTranslations("backups");
  const columns = useMemo<Column<BackupDatasource>[]>(
    () => [
      column.accessor("name", {
        header: t("columns.datasource"),
        cell: ({ row }) =>
          row.original.name ?? <span className="text-muted-foreground">{t("unassigned")}</span>,
        meta: { card: "title" },
      }),
      column.accessor("type", {
        header: t("columns.type"),
        cell: ({ getValue }) => <Type value={getValue()} />,
        meta: { width: "8rem", from: "lg" },
      }),
      column.accessor("backupsCount", {
        header: t("columns.count"),
        cell: ({ row }) => <Count value={row.original.backupsCount} />,
        meta: { width: "7rem", align: "end" },
      }),
      column.accessor("totalBytes", {
        header: t("columns.size"),
        cell: ({ row }) => <Bytes value={row.original.totalBytes} />,
        meta: { width: "8rem", align: "end" },
      }),
      column.accessor("lastBackupAt", {
        header: t("columns.last"),
        cell: ({ row }) => <Time value={row.original.lastBackupAt} />,
        meta: { width: "10rem" },
      }),
      column.accessor("lastVerifiedAt", {
        header: t("columns.verified"),
        cell: ({ row }) =>
          row.original.lastVerifiedAt ? (
            <Time value={row.original.lastVerifiedAt} />
          ) : (
            <span className="text-warning-ink">{t("neverVerified")}</span>
          ),
        meta: { width: "12rem" },
      }),
    ],
    [t],
  );
  return (
    <DataTable
      label={t("title")}
      columns={columns}
      rows={rows}
      rowId={(row) => row.id ?? UNASSIGNED}
      hrefOf={(row) => `/backups/${row.id ?? UNASSIGNED}`}
      empty={
        <EmptyState
          icon={<Archive />}
          title={t("empty.title")}
          description={t("empty.description")}
          action={emptyAction}
        />
      }
    />
  );
}
