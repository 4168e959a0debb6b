"use client";

import { ChevronRight, Eye, KeyRound, Leaf, Table2 } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useId, useState } from "react";
import { useConsole } from "#components/query/console";
import { cn } from "#components/ui/cn";
import { formatBytes, formatCount } from "#lib/core/format";
import { sqlName, sqlTable } from "#lib/core/sql-name";
import type { SchemaTable } from "#lib/features/datasources/schema";

const ICONS = { table: Table2, view: Eye, collection: Leaf } as const;
/** Where tables lie unless somebody says otherwise: not worth a word. */
const USUAL = ["public", "dbo"];

/** One table: its name goes into the statement, the arrow shows its columns. */
export function SchemaEntry({ table }: { table: SchemaTable }) {
  const t = useTranslations("query.schema");
  const { source, insert, show, shown } = useConsole();
  const [open, setOpen] = useState(false);
  const id = useId();
  const Icon = ICONS[table.kind];
  const schema = table.schema !== null && !USUAL.includes(table.schema) ? `${table.schema}.` : "";
  const name = schema + table.name;
  const { takesStatements } = source;
  return (
    <li className="px-1 [contain-intrinsic-size:auto_2.75rem] [content-visibility:auto]">
      <div
        className={cn(
          "flex items-start rounded-md hover:bg-accent",
          !takesStatements && shown === table && "bg-accent",
        )}
      >
        <button
          type="button"
          aria-label={t("columnsOf", { name })}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
          className="-outline-offset-2 flex size-8 shrink-0 items-center justify-center rounded-md text-faint hover:text-foreground max-md:size-10"
        >
          <ChevronRight className={cn("size-3.5 transition-transform", open && "rotate-90")} />
        </button>
        <button
          type="button"
          aria-label={t(takesStatements ? "insert" : "show", { name })}
          onClick={() => (takesStatements ? insert(sqlTable(source.type, table)) : show(table))}
          className="-outline-offset-2 grid min-w-0 flex-1 gap-px rounded-md py-1.5 pr-2 text-left"
        >
          <span className="flex min-w-0 items-center gap-1.5">
            <Icon aria-hidden="true" className="size-3.5 shrink-0 text-muted-foreground" />
            <span className="min-w-0 truncate font-mono text-xs" title={name}>
              {schema && <span className="text-muted-foreground">{schema}</span>}
              {table.name}
            </span>
          </span>
          <Known table={table} />
        </button>
      </div>
      {open && <Columns id={id} table={table} />}
    </li>
  );
}

function Known({ table: { kind, rowsEstimate, sizeBytes } }: { table: SchemaTable }) {
  const t = useTranslations("query.schema");
  const locale = useLocale();
  const count = rowsEstimate === null ? null : formatCount(rowsEstimate, locale);
  const facts = [
    kind === "view" ? t("kinds.view") : null,
    count === null ? null : t(kind === "collection" ? "documents" : "rows", { count }),
    sizeBytes === null ? null : formatBytes(sizeBytes, locale),
  ].filter((fact) => fact !== null);
  if (facts.length === 0) return null;
  return <span className="truncate text-2xs text-muted-foreground tabular">{facts.join(" · ")}</span>;
}

function Columns({ id, table }: { id: string; table: SchemaTable }) {
  const t = useTranslations("query.schema");
  const { source, insert } = useConsole();
  if (table.columns.length === 0) {
    return (
      <p id={id} className="py-1 pl-8 text-muted-foreground text-xs">
        {t("noColumns")}
      </p>
    );
  }
  return (
    <ul id={id} className="mb-1 ml-4 border-l pl-2">
      {table.columns.map((column) => (
        <li key={column.name}>
          <button
            type="button"
            disabled={!source.takesStatements}
            title={`${column.name} ${column.type}${column.nullable ? "" : ` ${t("notNull")}`}`}
            onClick={() => insert(sqlName(source.type, column.name))}
            className="-outline-offset-2 flex w-full min-w-0 items-baseline gap-2 rounded-sm px-2 py-1 text-left text-xs not-disabled:hover:bg-accent"
          >
            <span className="min-w-0 truncate font-mono">{column.name}</span>
            {column.primaryKey && (
              <KeyRound
                aria-label={t("primaryKey")}
                className="size-3 shrink-0 self-center text-warning-ink"
              />
            )}
            <span className="ml-auto max-w-[55%] shrink-0 truncate font-mono text-2xs text-muted-foreground">
              {column.type}
              {!column.nullable && !column.primaryKey && <span className="text-faint"> {t("notNull")}</span>}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
