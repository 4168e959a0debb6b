import type { ColumnMeta } from "#components/data-table/column-helper";

/** Shared by the table and its skeleton, so that nothing moves when the rows arrive. */
export const headClasses =
  "sticky top-(--table-top,0px) z-10 h-9 truncate border-b bg-card px-3 text-left font-medium text-muted-foreground text-xs first:rounded-tl-lg first:pl-4 last:rounded-tr-lg last:pr-4";

export const cellClasses =
  "md:truncate md:border-b md:px-3 md:first:pl-4 md:last:pr-4 md:group-last/row:border-b-0";

/** The last cell, which holds a button and cuts nothing off. */
export const actionClasses = "md:w-12 md:overflow-visible md:px-2 md:text-right md:last:pr-2";

export const HEIGHTS = { compact: "md:h-9", normal: "md:h-11" } as const;

/** Where a cell goes in the card that its row is on a phone. */
export const PLACES: Readonly<Record<NonNullable<ColumnMeta["card"]>, string>> = {
  title: "card-title",
  corner: "card-corner",
  line: "card-line",
  hide: "max-md:hidden",
};

const FROM = { lg: "md:max-lg:hidden", xl: "md:max-xl:hidden" } as const;

export function columnClasses(meta: ColumnMeta): string {
  return [meta.align === "end" ? "text-right tabular" : "", meta.from ? FROM[meta.from] : ""].join(" ");
}
