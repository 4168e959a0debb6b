import type { ColumnMeta } from "#components/data-table/column-helper";

/** Shared by the table and its skeleton, so that nothing moves when the rows arrive. */
export const headClasses =
  "sticky top-(--table-top,0px) z-10 h-9 truncate border-b bg-card px-3 text-left font-medium text-muted-foreground text-xs first:rounded-tl-lg first:pl-4 last:rounded-tr-lg last:pr-4";

export const cellClasses = "truncate border-b px-3 first:pl-4 last:pr-4 group-last/row:border-b-0";

/** The last cell, which holds a button and cuts nothing off. */
export const actionClasses = "w-12 overflow-visible px-2 text-right last:pr-2";

export const HEIGHTS = { compact: "h-9", normal: "h-11" } as const;

const FROM = { lg: "max-lg:hidden", xl: "max-xl:hidden" } as const;

export function columnClasses(meta: ColumnMeta): string {
  return [meta.align === "end" ? "text-right tabular" : "", meta.from ? FROM[meta.from] : ""].join(" ");
}
