"use client";

import { useTranslations } from "next-intl";
import type { TableCheck, VerificationFacts } from "#components/executions/execution-metadata";
import { Card, CardHeader } from "#components/ui/card";
import { cn } from "#components/ui/cn";
import { Count } from "#components/ui/quantity";
import { StatusGlyph } from "#components/ui/status-badge";

const head = "h-8 border-b px-3 font-medium text-muted-foreground text-xs first:pl-4 last:pr-4";
const cell = "h-9 border-b px-3 first:pl-4 last:pr-4 group-last/row:border-b-0";

/** Every table of the backup against what the restored copy holds; what differs comes first. */
export function VerificationTable({ report }: { report: VerificationFacts }) {
  const t = useTranslations("executions.verification");
  const wrong = report.tables.filter(differs);
  const tables = [...wrong, ...report.tables.filter((table) => !differs(table))];
  const rows = report.tables.reduce((sum, table) => sum + (table.actual ?? 0), 0);
  const title =
    wrong.length === 0
      ? t("same", { tables: report.tables.length, rows })
      : t("differ", { count: wrong.length, tables: report.tables.length });
  const place = report.database ? t(report.fate, { database: report.database }) : undefined;
  return (
    <Card>
      <CardHeader title={title} description={place} />
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={t("label")}
        className="-outline-offset-2 max-h-96 overflow-auto"
      >
        <table className="w-full border-separate border-spacing-0 text-sm">
          <thead className="sticky top-0 bg-card">
            <tr>
              <th scope="col" className={cn(head, "text-left")}>
                {t("table")}
              </th>
              <th scope="col" className={cn(head, "text-right")}>
                {t("expected")}
              </th>
              <th scope="col" className={cn(head, "text-right")}>
                {t("actual")}
              </th>
            </tr>
          </thead>
          <tbody>
            {tables.map((table) => (
              <Row key={table.table} table={table} />
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}

function Row({ table }: { table: TableCheck }) {
  const t = useTranslations("executions.verification");
  const wrong = differs(table);
  const rows = (value: number | null) =>
    value === null ? <span className="text-faint">{t("absent")}</span> : <Count value={value} />;
  return (
    <tr className={cn("group/row", wrong && "bg-danger-soft/60")}>
      <td className={cell}>
        <span className="flex min-w-0 items-center gap-2">
          <StatusGlyph tone={wrong ? "danger" : "success"} />
          <span className="break-all font-mono text-xs">{table.table}</span>
          <span className="sr-only">{t(wrong ? "rowDiffers" : "rowSame")}</span>
        </span>
      </td>
      <td className={cn(cell, "text-right")}>{rows(table.expected)}</td>
      <td className={cn(cell, "text-right", wrong && "font-medium text-danger-ink")}>{rows(table.actual)}</td>
    </tr>
  );
}

const differs = (table: TableCheck) => table.expected !== table.actual;
