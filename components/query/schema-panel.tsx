"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import { RefreshSchema } from "#components/query/refresh-schema";
import { SchemaEntry } from "#components/query/schema-entry";
import { Card } from "#components/ui/card";
import { Input } from "#components/ui/input";
import { Bytes } from "#components/ui/quantity";
import type { SchemaTable } from "#lib/features/datasources/schema";

/** Of a huge schema; typing narrows it. */
const SHOWN = 200;

const fullName = (table: SchemaTable) =>
  table.schema === null ? table.name : `${table.schema}.${table.name}`;

function matching(tables: readonly SchemaTable[], words: string): readonly SchemaTable[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === "") return tables;
  const has = (name: string) => name.toLowerCase().includes(wanted);
  const named = tables.filter((table) => has(fullName(table)));
  const within = tables.filter(
    (table) => !named.includes(table) && table.columns.some(({ name }) => has(name)),
  );
  return [...named, ...within];
}

/** Every table with what is known of it; names go into the statement by a click. */
export function SchemaPanel({ tables }: { tables: readonly SchemaTable[] }) {
  const t = useTranslations("query.schema");
  const [words, setWords] = useState("");
  const found = matching(tables, useDeferredValue(words));
  return (
    <Card
      aria-label={t("title")}
      className="flex max-h-72 min-w-0 flex-col lg:sticky lg:top-17 lg:max-h-[calc(100dvh-5.5rem)]"
    >
      <div className="grid gap-2 border-b p-3">
        <div className="flex items-center gap-2">
          <h2 className="font-semibold text-base">{t("title")}</h2>
          <span className="min-w-0 flex-1 truncate text-muted-foreground text-xs">
            <Totals tables={tables} />
          </span>
          <RefreshSchema />
        </div>
        <div className="relative">
          <Search aria-hidden="true" className="absolute top-2.25 left-2.5 size-3.5 text-faint" />
          <Input
            type="search"
            aria-label={t("search")}
            placeholder={t("search")}
            value={words}
            onChange={(event) => setWords(event.target.value)}
            className="pl-8"
          />
        </div>
      </div>
      {found.length === 0 ? (
        <p className="p-4 text-center text-muted-foreground text-sm">
          {tables.length === 0 ? t("nothing") : t("noMatches")}
        </p>
      ) : (
        <ul className="min-h-0 flex-1 overflow-y-auto py-1">
          {found.slice(0, SHOWN).map((table) => (
            <SchemaEntry key={`${table.schema ?? ""}\n${table.name}`} table={table} />
          ))}
          {found.length > SHOWN && (
            <li className="px-3 py-2 text-muted-foreground text-xs">
              {t("more", { count: found.length - SHOWN })}
            </li>
          )}
        </ul>
      )}
    </Card>
  );
}

function Totals({ tables }: { tables: readonly SchemaTable[] }) {
  const t = useTranslations("query.schema");
  const views = tables.filter((table) => table.kind === "view").length;
  const sizes = tables.flatMap((table) => (table.sizeBytes === null ? [] : [table.sizeBytes]));
  const count = tables.length - views;
  const collections = tables.some((table) => table.kind === "collection");
  return (
    <>
      {collections ? t("summaryCollections", { tables: count }) : t("summary", { tables: count })}
      {views > 0 && ` · ${t("views", { count: views })}`}
      {sizes.length > 0 && (
        <>
          {" · "}
          <Bytes value={sizes.reduce((sum, size) => sum + size, 0)} />
        </>
      )}
    </>
  );
}
