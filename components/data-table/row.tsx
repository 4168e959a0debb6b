"use client";

import { FlexRender, type Row as TableRow } from "@tanstack/react-table";
import { useRouter } from "next/navigation";
import type { MouseEvent, ReactNode } from "react";
import type { Features } from "#components/data-table/column-helper";
import { actionClasses, cellClasses, columnClasses, HEIGHTS } from "#components/data-table/geometry";
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

/** The first cell holds the row's real link; a click anywhere else in the row follows it too. */
export function BodyRow<Row extends object>({ row, href, actions, density }: BodyRowProps<Row>) {
  const router = useRouter();

  function onClick(event: MouseEvent<HTMLTableRowElement>) {
    const target = event.target as HTMLElement;
    const inside = event.currentTarget.contains(target);
    if (!href || !inside || target.closest(CONTROLS) || window.getSelection()?.toString()) return;
    if (event.metaKey || event.ctrlKey) window.open(href, "_blank", "noopener");
    else router.push(href);
  }

  return (
    <tr onClick={onClick} className={cn("group/row", href && "cursor-pointer hover:bg-sunken/70")}>
      {row.getAllCells().map((cell, index) => {
        const content = <FlexRender cell={cell} />;
        return (
          <td
            key={cell.id}
            className={cn(cellClasses, HEIGHTS[density], columnClasses(cell.column.columnDef.meta ?? {}))}
          >
            {index === 0 && href ? <RowLink href={href}>{content}</RowLink> : content}
          </td>
        );
      })}
      {actions !== undefined && (
        <td className={cn(cellClasses, HEIGHTS[density], actionClasses)}>
          <RowActions>{actions}</RowActions>
        </td>
      )}
    </tr>
  );
}
