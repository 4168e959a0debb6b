"use client";

import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Sparkline } from "#components/charts/sparkline";
import { columnHelper } from "#components/data-table/column-helper";
import { DataTable } from "#components/data-table/data-table";
import { useSaid } from "#components/shell/use-said";
import { Missing } from "#components/ui/missing";
import { Duration } from "#components/ui/quantity";
import { Time } from "#components/ui/time";
import { formatDuration } from "#lib/core/format";

export type HealthRow = {
  id: string;
  href: string;
  name: string;
  type: string;
  badge: ReactNode;
  lastHealthCheckAt: Date | null;
  latencies: readonly (number | null)[];
  lastError: { at: Date; message: string } | null;
};

const column = columnHelper<HealthRow>();

function useColumns() {
  const t = useTranslations("health.columns");
  return [
    column.accessor("name", { header: t("name") }),
    column.accessor("type", { header: t("type"), meta: { width: "7rem", from: "lg" } }),
    column.accessor("badge", {
      header: t("status"),
      cell: ({ getValue }) => getValue(),
      meta: { width: "8.5rem", card: "corner" },
    }),
    column.display({
      id: "course",
      header: t("course"),
      cell: ({ row }) => <Course values={row.original.latencies} />,
      meta: { width: "9rem" },
    }),
    column.display({
      id: "latency",
      header: t("latency"),
      cell: ({ row }) => <Duration value={row.original.latencies.at(-1)} />,
      meta: { width: "5.5rem", align: "end" },
    }),
    column.accessor("lastHealthCheckAt", {
      header: t("checked"),
      cell: ({ getValue }) => <Time value={getValue()} />,
      meta: { width: "7rem" },
    }),
    column.accessor("lastError", {
      header: t("error"),
      cell: ({ getValue }) => <LastError error={getValue()} />,
    }),
  ];
}

function Course({ values }: { values: HealthRow["latencies"] }) {
  const t = useTranslations("health");
  const locale = useLocale();
  const good = values.filter((value) => value !== null);
  if (values.length === 0) return <Missing />;
  const highest = formatDuration(Math.max(0, ...good), locale);
  const label = t("course", { checks: values.length, failed: values.length - good.length, highest });
  return <Sparkline values={values} label={label} />;
}

function LastError({ error }: { error: HealthRow["lastError"] }) {
  const said = useSaid();
  if (!error) return <Missing />;
  const words = said(error.message);
  return (
    <span className="grid min-w-0 py-1 leading-4">
      <span className="line-clamp-2 whitespace-normal text-pretty text-xs" title={words}>
        {words}
      </span>
      <span className="text-2xs text-muted-foreground">
        <Time value={error.at} />
      </span>
    </span>
  );
}

/** One line each, the ailing first; a line leads to the whole history. */
export function HealthTable({
  label,
  rows,
  empty,
}: {
  label: string;
  rows: readonly HealthRow[];
  empty: ReactNode;
}) {
  return (
    <DataTable
      label={label}
      columns={useColumns()}
      rows={rows}
      rowId={(row) => row.id}
      hrefOf={(row) => row.href}
      empty={empty}
    />
  );
}
