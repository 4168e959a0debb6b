"use client";

import { FlexRender, type Header as TableHeader } from "@tanstack/react-table";
import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import type { Features } from "#components/data-table/column-helper";
import { actionClasses, columnClasses, headClasses } from "#components/data-table/geometry";
import { cn } from "#components/ui/cn";
import { changedQuery, nextSort, sortOf } from "#lib/core/list-url";

export function Header<Row extends object>({ header }: { header: TableHeader<Features, Row, unknown> }) {
  const params = useSearchParams();
  const meta = header.column.columnDef.meta ?? {};
  const content = header.isPlaceholder ? null : <FlexRender header={header} />;
  const current = sortOf(new URLSearchParams(params));
  const active = meta.sort !== undefined && current?.key === meta.sort ? current : null;
  const direction = active ? (active.descending ? "descending" : "ascending") : undefined;
  return (
    <th
      scope="col"
      aria-sort={direction}
      style={meta.width ? { width: meta.width } : undefined}
      className={cn(headClasses, columnClasses(meta))}
    >
      {meta.sort ? (
        <Link
          scroll={false}
          replace
          prefetch={false}
          href={
            changedQuery(new URLSearchParams(params), {
              sort: nextSort(current, meta.sort, meta.descendingFirst ?? false),
            }) || "?"
          }
          className={cn(
            "group inline-flex items-center gap-1 align-middle rounded-sm hover:text-foreground",
            meta.align === "end" && "flex-row-reverse",
            active && "text-foreground",
          )}
        >
          {content}
          {active && !active.descending ? (
            <ArrowUp aria-hidden="true" className="size-3.5" />
          ) : (
            <ArrowDown
              aria-hidden="true"
              className={cn("size-3.5", !active && "opacity-0 group-hover:opacity-50")}
            />
          )}
        </Link>
      ) : (
        content
      )}
    </th>
  );
}

export function ActionsHeader() {
  const t = useTranslations("table");
  return (
    <th scope="col" className={cn(headClasses, actionClasses)}>
      <span className="sr-only">{t("actions")}</span>
    </th>
  );
}
