"use client";

import { type Cell, FlexRender, type Row as TableRow } from "@tanstack/react-table";
import { useRouter } from "next/navigation";
import type { MouseEvent, ReactNode } from "react";
import type { ColumnMeta, Features } from "#components/data-table/column-helper";
import { actionClasses, cellClasses, columnClasses, HEIGHTS, PLACES } from "#components/data-table/geometry";
import { RowActions } from "#components/data-table/row-actions";
import { RowLink } from "#components/data-table/row-link";
import { cn } from "#components/ui/cn";

type BodyRowProps<Row extends object> = {
  row: TableRow<Features, Row>;
  href: string | undefined;
  actions: ReactNode;
  density: keyof typeof HEIGHTS;
};

/** What is itself a control inside a row keeps its own click. */
const CONTROLS = "a,button,input,label,[role=menuitem],[role=menu]";

/** The title's cell holds the row's real link; a click anywhere else in the row follows it too. */
export function BodyRow<Row extends object>({ row, href, actions, density }: BodyRowProps<Row>) {
  const router = useRouter();
  const cells = row.getAllCells();
  const title = cells.find((cell) => metaOf(cell).card === "title") ?? cells[0];

  function onClick(event: MouseEvent<HTMLTableRowElement>) {
    const target = event.target as HTMLElement;
    const inside = event.currentTarget.contains(target);
    if (!href || !inside || target.closest(CONTROLS) || window.getSelection()?.toString()) return;
    if (event.metaKey || event.ctrlKey) window.open(href, "_blank", "noopener");
    else router.push(href);
  }

  return (
    <tr onClick={onClick} className={cn("group/row card-row", href && "cursor-pointer hover:bg-sunken/70")}>
      {cells.map((cell) => {
        const meta = metaOf(cell);
        const place = cell === title ? "title" : (meta.card ?? "line");
        const content = <FlexRender cell={cell} />;
        return (
          <td
            key={cell.id}
            data-label={place === "line" ? labelOf(cell) : undefined}
            className={cn(cellClasses, HEIGHTS[density], PLACES[place], columnClasses(meta))}
          >
            <div className="md:contents">
              {cell === title && href ? <RowLink href={href}>{content}</RowLink> : content}
            </div>
          </td>
        );
      })}
      {actions !== undefined && (
        <td className={cn(cellClasses, HEIGHTS[density], actionClasses, PLACES.corner)}>
          <RowActions>{actions}</RowActions>
        </td>
      )}
    </tr>
  );
}

function metaOf<Row extends object>(cell: Cell<Features, Row, unknown>): ColumnMeta {
  return cell.column.columnDef.meta ?? {};
}

/** The column's words, for its line in a card. */
function labelOf<Row extends object>(cell: Cell<Features, Row, unknown>): string | undefined {
  const { header, meta } = cell.column.columnDef;
  return meta?.label ?? (typeof header === "string" ? header : undefined);
}
