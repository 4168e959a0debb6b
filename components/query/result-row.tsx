"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import type { OpenValue } from "#components/query/value-dialog";
import { cn } from "#components/ui/cn";
import { textOf } from "#lib/core/result-file";
import type { QueryAnswer } from "#lib/features/datasources/schema";

type ResultRowProps = {
  columns: QueryAnswer["columns"];
  row: readonly unknown[];
  /** Counted from 1. */
  number: number;
  onOpen: (value: OpenValue) => void;
};

/** Memoised: showing further rows must not draw the first ones again. */
export const ResultRow = memo(function ResultRow({ columns, row, number, onOpen }: ResultRowProps) {
  return (
    <tr className="group/row hover:bg-accent/60">
      <th
        scope="row"
        className="sticky left-0 border-r border-b bg-sunken px-2 text-right font-normal text-2xs text-faint tabular group-last/row:border-b-0"
      >
        {number}
      </th>
      {columns.map((column, index) => (
        <td
          // biome-ignore lint/suspicious/noArrayIndexKey: names may come twice, and columns do not move
          key={index}
          className={cn(
            "h-7 border-r border-b px-2.5 font-mono last:border-r-0 group-last/row:border-b-0",
            typeof row[index] === "number" && "text-right tabular",
          )}
        >
          <Value
            value={row[index]}
            open={(opener) =>
              onOpen({ value: row[index], column: column.name, type: column.type, row: number, opener })
            }
            column={column.name}
            row={number}
          />
        </td>
      ))}
    </tr>
  );
});

/** Longer ones are cut here, and open as a whole. */
const SHOWN = 80;

type ValueProps = { value: unknown; open: (opener: HTMLElement) => void; column: string; row: number };

function Value({ value, open, column, row }: ValueProps) {
  const t = useTranslations("query.result");
  if (value === null || value === undefined) return <span className="text-faint italic">{t("null")}</span>;
  if (value === "") return <span className="font-sans text-faint">{t("emptyText")}</span>;
  const text = textOf(value);
  const whole = text.length <= SHOWN && !/[\n\r]/.test(text) && !/^\s*[{[]./.test(text);
  if (whole) return <span className="whitespace-pre">{text}</span>;
  return (
    <button
      type="button"
      onClick={(event) => open(event.currentTarget)}
      aria-label={t("open", { column, row })}
      className="block max-w-80 truncate whitespace-pre rounded-sm text-left text-primary-ink underline decoration-border-strong decoration-dotted underline-offset-4 hover:decoration-current"
    >
      {text.slice(0, SHOWN * 2).replaceAll(/\s*[\n\r]\s*/g, " ⏎ ")}
    </button>
  );
}
