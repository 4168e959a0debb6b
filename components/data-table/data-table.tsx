"use client";

import { useTable } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { type Column, features } from "#components/data-table/column-helper";
import { ActionsHeader, Header } from "#components/data-table/header";
import { BodyRow } from "#components/data-table/row";
import { TableFooter, TablePagination } from "#components/data-table/table-pagination";
import { cn } from "#components/ui/cn";
import { DEFAULT_LIMIT } from "#lib/core/list-url";

export type DataTableProps<Row extends object> = {
  /** Describes the table to a screen reader. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** Address of a row's page: the whole row leads there, Enter too. */
  hrefOf?: (row: Row) => string | undefined;
  /** Content of the row's menu: `DropdownMenuItem`s. */
  actionsOf?: (row: Row) => ReactNode;
  /** From the server; without it there is no footer. */
  pagination?: { total: number; page: number; limit?: number };
  /** In place of `pagination`, where nobody knows the total. */
  footer?: ReactNode;
  /** In place of the rows when there are none. */
  empty: ReactNode;
  density?: "compact" | "normal";
  className?: string;
};

/** A table that shows its rows as cards on a phone; rendered once, so a list costs the server one pass. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, hrefOf, actionsOf, pagination, empty, density = "normal" } = props;
  const table = useTable({ features, columns, data: rows, getRowId: rowId });
  const model = table.getRowModel().rows;

  if (model.length === 0) {
    return <div className={cn("overflow-hidden rounded-lg border bg-card", props.className)}>{empty}</div>;
  }
  return (
    <div className={cn("min-w-0 rounded-lg border bg-card", props.className)}>
      <table
        aria-label={label}
        className="w-full table-fixed border-separate border-spacing-0 text-sm max-md:block"
      >
        <thead className="max-md:hidden">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <Header key={header.id} header={header} />
              ))}
              {actionsOf && <ActionsHeader />}
            </tr>
          ))}
        </thead>
        <tbody className="max-md:block max-md:divide-y">
          {model.map((row) => (
            <BodyRow
              key={row.id}
              row={row}
              href={hrefOf?.(row.original)}
              actions={actionsOf?.(row.original)}
              density={density}
            />
          ))}
        </tbody>
      </table>
      {pagination && (
        <TablePagination
          total={pagination.total}
          page={pagination.page}
          limit={pagination.limit ?? DEFAULT_LIMIT}
        />
      )}
      {props.footer && <TableFooter>{props.footer}</TableFooter>}
    </div>
  );
}
