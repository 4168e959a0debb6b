import {
  type ColumnDef,
  createColumnHelper,
  metaHelper,
  type RowData,
  tableFeatures,
} from "@tanstack/react-table";
import type { ReactNode } from "react";

export type ColumnMeta = {
  align?: "start" | "end";
  /** CSS width of the column, for example "9rem"; without it columns share what is left. */
  width?: string;
  /** Key the server sorts by; without it the header is no button. */
  sort?: string;
  /** The first click sorts from the largest or the newest. */
  descendingFirst?: boolean;
  /** Not shown below this width; the card on a phone shows it nevertheless, unless `card` is "hide". */
  from?: "lg" | "xl";
  /** Its place in the card of a phone: heading, in the heading's right corner, a labelled line, or nowhere. */
  card?: "title" | "corner" | "line" | "hide";
  /** The column's words where `header` is no text. */
  label?: string;
};

/** The server sorts, filters and pages: the table itself only needs rows and columns. */
export const features = tableFeatures({ columnMeta: metaHelper<ColumnMeta>() });

export type Features = typeof features;
// biome-ignore lint/suspicious/noExplicitAny: a list of columns whose values have different types
export type Column<Row extends RowData> = ColumnDef<Features, Row, any>;
export type CellContent = ReactNode;

/** `const column = columnHelper<Row>(); column.accessor("name", { header, cell, meta })`. */
export function columnHelper<Row extends RowData>() {
  return createColumnHelper<Features, Row>();
}
