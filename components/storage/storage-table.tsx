"use client";

import { HardDrive } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { columnHelper } from "#components/data-table/column-helper";
import { DataTable } from "#components/data-table/data-table";
import { bytesOf } from "#components/storage/space";
import { StorageStatusBadge } from "#components/storage/status-badge";
import { Badge } from "#components/ui/badge";
import { Button } from "#components/ui/button";
import { EmptyState } from "#components/ui/empty-state";
import { Bytes, Count } from "#components/ui/quantity";
import type { StorageSummary } from "#lib/features/storage-locations/schema";

const column = columnHelper<StorageSummary>();

function useColumns() {
  const t = useTranslations("storage");
  return [
    column.accessor("name", {
      header: t("columns.name"),
      cell: ({ row }) => (
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate">{row.original.name}</span>
          {row.original.isDefault && <Badge variant="primary">{t("default")}</Badge>}
        </span>
      ),
    }),
    column.accessor("type", {
      header: t("columns.type"),
      cell: ({ getValue }) => t(`types.${getValue()}`),
      meta: { width: "8rem", from: "lg" },
    }),
    column.display({
      id: "place",
      header: t("columns.place"),
      cell: ({ row }) => (
        <span className="truncate font-mono text-muted-foreground text-xs">{placeOf(row.original)}</span>
      ),
    }),
    column.accessor("status", {
      header: t("columns.status"),
      cell: ({ row }) => (
        <StorageStatusBadge status={row.original.status} checked={row.original.lastHealthCheckAt !== null} />
      ),
      meta: { width: "8.5rem", card: "corner" },
    }),
    column.accessor("usedBytes", {
      header: t("columns.used"),
      cell: ({ getValue }) => <Bytes value={getValue()} />,
      meta: { width: "6.5rem", align: "end" },
    }),
    column.accessor("availableSpaceGb", {
      header: t("columns.free"),
      cell: ({ getValue }) => <Bytes value={bytesOf(getValue())} />,
      meta: { width: "6.5rem", align: "end" },
    }),
    column.accessor("backupsCount", {
      header: t("columns.backups"),
      cell: ({ getValue }) => <Count value={getValue()} />,
      meta: { width: "5.5rem", align: "end" },
    }),
    column.accessor("jobsCount", {
      header: t("columns.jobs"),
      cell: ({ getValue }) => <Count value={getValue()} />,
      meta: { width: "5rem", align: "end" },
    }),
  ];
}

function placeOf({ config, type }: StorageSummary): string {
  if (type === "local") return String(config.path ?? "");
  if (type === "ssh") return `${String(config.host ?? "")}:${String(config.remote_path ?? "")}`;
  return String(config.bucket ?? config.bucket_name ?? "");
}

type StorageTableProps = {
  rows: readonly StorageSummary[];
  pagination: { total: number; page: number; limit: number };
  filtered: boolean;
  mayWrite: boolean;
};

export function StorageTable({ rows, pagination, filtered, mayWrite }: StorageTableProps) {
  const t = useTranslations("storage");
  const table = useTranslations("table");
  const empty = filtered ? (
    <EmptyState
      icon={<HardDrive />}
      title={table("noResults.title")}
      description={table("noResults.description")}
    />
  ) : (
    <EmptyState
      icon={<HardDrive />}
      title={t("empty.title")}
      description={t("empty.description")}
      action={
        mayWrite && (
          <Button asChild>
            <Link href="/storage/new">{t("new")}</Link>
          </Button>
        )
      }
    />
  );
  return (
    <DataTable
      label={t("title")}
      columns={useColumns()}
      rows={rows}
      rowId={(row) => row.id}
      hrefOf={(row) => `/storage/${row.id}`}
      pagination={pagination}
      empty={empty}
    />
  );
}
