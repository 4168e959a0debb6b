"use client";

import { Database } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { columnHelper } from "#components/data-table/column-helper";
import { DataTable } from "#components/data-table/data-table";
import { DatasourceStatusBadge } from "#components/datasources/status-badge";
import { Badge } from "#components/ui/badge";
import { Button } from "#components/ui/button";
import { EmptyState } from "#components/ui/empty-state";
import { Missing } from "#components/ui/missing";
import { Count } from "#components/ui/quantity";
import { StatusGlyph } from "#components/ui/status-badge";
import { Time } from "#components/ui/time";
import type { DatasourceSummary } from "#lib/features/datasources/schema";

const column = columnHelper<DatasourceSummary>();

function useColumns() {
  const t = useTranslations("datasources.columns");
  const types = useTranslations("datasources.types");
  const status = useTranslations("datasources");
  return [
    column.accessor("name", {
      header: t("name"),
      cell: ({ row }) => (
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate">{row.original.name}</span>
          {!row.original.enabled && <Badge variant="outline">{status("disabled")}</Badge>}
        </span>
      ),
    }),
    column.accessor("type", {
      header: t("type"),
      cell: ({ getValue }) => types(getValue()),
      meta: { width: "6.5rem", from: "lg" },
    }),
    column.display({
      id: "place",
      header: t("place"),
      cell: ({ row }) => (
        <span className="truncate font-mono text-muted-foreground text-xs">{placeOf(row.original)}</span>
      ),
    }),
    column.accessor("status", {
      header: t("status"),
      cell: ({ row }) => (
        <span className="inline-flex items-center gap-2">
          <DatasourceStatusBadge status={row.original.status} />
          {row.original.lastHealthCheckAt && (
            <Time
              value={row.original.lastHealthCheckAt}
              className="whitespace-nowrap text-muted-foreground text-xs tabular max-lg:hidden"
            />
          )}
        </span>
      ),
      meta: { width: "11.5rem", card: "corner" },
    }),
    column.accessor("lastBackupAt", {
      header: t("lastBackup"),
      cell: ({ row }) => (
        <span className="inline-flex items-center gap-1.5">
          {row.original.lastBackupStatus === "failed" && <StatusGlyph tone="danger" />}
          <Time value={row.original.lastBackupAt} />
        </span>
      ),
      meta: { width: "7.5rem" },
    }),
    column.accessor("jobsCount", {
      header: t("jobs"),
      cell: ({ getValue }) => <Count value={getValue()} />,
      meta: { width: "4rem", align: "end" },
    }),
    column.accessor("tags", {
      header: t("tags"),
      cell: ({ getValue }) => <Tags tags={getValue()} />,
      meta: { width: "11rem", from: "xl" },
    }),
  ];
}

function placeOf({ connectionConfig: config, type }: DatasourceSummary): string {
  if (type === "files") return String(config.source_path ?? "");
  if (type === "sqlite") return String(config.file_path ?? "");
  const host = String(config.host ?? "");
  return config.database ? `${host}/${String(config.database)}` : host;
}

function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return <Missing />;
  return (
    <span className="flex min-w-0 items-center gap-1 max-md:justify-end" title={tags.join(", ")}>
      {tags.slice(0, 2).map((tag) => (
        <Badge key={tag} className="min-w-0 shrink">
          <span className="truncate">{tag}</span>
        </Badge>
      ))}
      {tags.length > 2 && <span className="text-muted-foreground text-xs">+{tags.length - 2}</span>}
    </span>
  );
}

type DatasourceTableProps = {
  rows: readonly DatasourceSummary[];
  pagination: { total: number; page: number; limit: number };
  filtered: boolean;
  mayWrite: boolean;
};

export function DatasourceTable({ rows, pagination, filtered, mayWrite }: DatasourceTableProps) {
  const t = useTranslations("datasources");
  const table = useTranslations("table");
  return (
    <DataTable
      label={t("title")}
      columns={useColumns()}
      rows={rows}
      rowId={(row) => row.id}
      hrefOf={(row) => `/datasources/${row.id}`}
      pagination={pagination}
      empty={
        filtered ? (
          <EmptyState
            icon={<Database />}
            title={table("noResults.title")}
            description={table("noResults.description")}
          />
        ) : (
          <EmptyState
            icon={<Database />}
            title={t("empty.title")}
            description={t("empty.description")}
            action={
              mayWrite && (
                <Button asChild>
                  <Link href="/datasources/new">{t("new")}</Link>
                </Button>
              )
            }
          />
        )
      }
    />
  );
}
