"use client";

import { type Cell, FlexRender, type Row as TableRow } from "@tanstack/react-table";
import type { ReactNode } from "react";
import type { ColumnMeta, Features } from "#components/data-table/column-helper";
import { RowActions } from "#components/data-table/row-actions";
import { RowLink } from "#components/data-table/row-link";

type CardListProps<Row extends object> = {
  label: string;
  rows: readonly TableRow<Features, Row>[];
  hrefOf: ((row: Row) => string | undefined) | undefined;
  actionsOf: ((row: Row) => ReactNode) | undefined;
};

/** The same rows on a phone. The first column is the heading unless a column says otherwise. */
export function CardList<Row extends object>({ label, rows, hrefOf, actionsOf }: CardListProps<Row>) {
  return (
    <ul aria-label={label} className="divide-y md:hidden">
      {rows.map((row) => (
        <li key={row.id} className="px-4 py-3">
          <CardContent row={row} href={hrefOf?.(row.original)} actions={actionsOf?.(row.original)} />
        </li>
      ))}
    </ul>
  );
}

type CardContentProps<Row extends object> = {
  row: TableRow<Features, Row>;
  href: string | undefined;
  actions: ReactNode;
};

function CardContent<Row extends object>({ row, href, actions }: CardContentProps<Row>) {
  const cells = row.getAllCells();
  const placeOf = (cell: (typeof cells)[number], index: number): ColumnMeta["card"] =>
    cell.column.columnDef.meta?.card ?? (index === 0 ? "title" : "line");
  const at = (place: ColumnMeta["card"]) => cells.filter((cell, index) => placeOf(cell, index) === place);
  const title = at("title").map((cell) => <FlexRender key={cell.id} cell={cell} />);
  return (
    <>
      <div className="flex min-h-7 items-center gap-2">
        <div className="min-w-0 flex-1 text-base">
          {href ? <RowLink href={href}>{title}</RowLink> : <div className="font-medium">{title}</div>}
        </div>
        {at("corner").map((cell) => (
          <FlexRender key={cell.id} cell={cell} />
        ))}
        {actions !== undefined && <RowActions>{actions}</RowActions>}
      </div>
      <dl className="mt-1.5 grid gap-1">
        {at("line").map((cell) => (
          <div key={cell.id} className="flex min-w-0 items-baseline justify-between gap-4 text-sm">
            <dt className="shrink-0 text-muted-foreground text-xs">{wordsOf(cell)}</dt>
            <dd className="min-w-0 truncate text-right">
              <FlexRender cell={cell} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function wordsOf<Row extends object>(cell: Cell<Features, Row, unknown>): ReactNode {
  const { header, meta } = cell.column.columnDef;
  return meta?.label ?? (typeof header === "string" ? header : null);
}
