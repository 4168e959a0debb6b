"use client";

import { Download } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { ResultRow } from "#components/query/result-row";
import { type OpenValue, ValueDialog } from "#components/query/value-dialog";
import { Button } from "#components/ui/button";
import { saveFile } from "#components/ui/save-file";
import { formatCount, formatDuration } from "#lib/core/format";
import { toCsv, toJsonRows } from "#lib/core/result-file";
import type { QueryAnswer } from "#lib/features/datasources/schema";

/** The limit of the server; a shorter cut one was cut by its size. */
const MOST_ROWS = 1000;
/** Drawn at once: a thousand wide rows would be felt. */
const STEP = 200;

export function ResultTable({ answer }: { answer: QueryAnswer }) {
  const t = useTranslations("query.result");
  const [open, setOpen] = useState<OpenValue | null>(null);
  const { columns, rows } = answer;
  return (
    <section aria-label={t("label")} className="min-w-0 overflow-hidden rounded-lg border bg-card">
      <Toolbar answer={answer} />
      {rows.length === 0 ? (
        <p className="px-4 py-6 text-center text-muted-foreground text-sm">
          {columns.length === 0 ? t("noColumns") : !answer.truncated && t("none")}
        </p>
      ) : (
        <Grid answer={answer} onOpen={setOpen} />
      )}
      <ValueDialog value={open} onClose={() => setOpen(null)} />
    </section>
  );
}

function Toolbar({ answer }: { answer: QueryAnswer }) {
  const t = useTranslations("query.result");
  const locale = useLocale();
  const { rowCount, truncated } = answer;
  return (
    <div className="grid gap-1 border-b px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <p role="status" className="min-w-0 flex-1 text-sm">
          <span className="font-medium">{t("rows", { count: rowCount })}</span>{" "}
          <span className="text-muted-foreground">
            {t("in", { time: formatDuration(answer.durationMs, locale) })}
          </span>
        </p>
        {rowCount > 0 && (
          <>
            <Save format={t("csv")} save={() => saveFile("result.csv", toCsv(answer), "text/csv")} />
            <Save
              format={t("json")}
              save={() => saveFile("result.json", toJsonRows(answer), "application/json")}
            />
          </>
        )}
      </div>
      {truncated && (
        <p className="text-warning-ink text-xs">
          {rowCount >= MOST_ROWS
            ? t("truncatedRows", { count: formatCount(rowCount, locale) })
            : t("truncatedBytes", { count: rowCount })}
        </p>
      )}
    </div>
  );
}

function Save({ format, save }: { format: string; save: () => void }) {
  const t = useTranslations("query.result");
  return (
    <Button variant="outline" size="sm" aria-label={t("save", { format })} onClick={save}>
      <Download />
      {format}
    </Button>
  );
}

function Grid({ answer, onOpen }: { answer: QueryAnswer; onOpen: (value: OpenValue) => void }) {
  const t = useTranslations("query.result");
  const locale = useLocale();
  const [shown, setShown] = useState(STEP);
  const { columns, rows } = answer;
  const left = rows.length - shown;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div tabIndex={0} className="-outline-offset-2 relative max-h-[70dvh] overflow-auto">
      <table aria-label={t("label")} className="border-separate border-spacing-0 text-xs">
        <thead>
          <tr>
            <th scope="col" className="sticky top-0 left-0 z-20 border-r border-b bg-sunken px-2">
              <span className="sr-only">{t("row")}</span>
            </th>
            {columns.map((column, index) => (
              <th
                // biome-ignore lint/suspicious/noArrayIndexKey: names may come twice, and columns do not move
                key={index}
                scope="col"
                className="sticky top-0 z-10 whitespace-nowrap border-r border-b bg-sunken px-2.5 py-1.5 text-left font-medium last:border-r-0"
              >
                <span className="block max-w-72 truncate font-mono">{column.name}</span>
                <span className="block max-w-72 truncate font-mono font-normal text-2xs text-muted-foreground">
                  {column.type ?? "\u00a0"}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names and do not move
            <ResultRow key={index} columns={columns} row={row} number={index + 1} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <div className="sticky left-0 p-2">
          <Button variant="outline" size="sm" onClick={() => setShown(shown + STEP)}>
            {t("more", { count: formatCount(Math.min(STEP, left), locale) })}
          </Button>
        </div>
      )}
    </div>
  );
}
