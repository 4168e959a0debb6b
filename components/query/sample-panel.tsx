"use client";

import { KeyRound, MousePointerClick } from "lucide-react";
import { useTranslations } from "next-intl";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import { CodeBlock } from "#components/ui/code-block";
import { EmptyState } from "#components/ui/empty-state";
import type { SchemaTable } from "#lib/features/datasources/schema";

/** For sources that take no statement: the chosen collection's documents, or the chosen table's columns. */
export function SamplePanel({ table }: { table: SchemaTable | null }) {
  const t = useTranslations("query.samples");
  if (!table) {
    return (
      <div className="rounded-lg border bg-card">
        <EmptyState icon={<MousePointerClick />} title={t("title")} description={t("choose")} />
      </div>
    );
  }
  const documents = table.samples;
  return (
    <Card aria-live="polite">
      <CardHeader
        title={<span className="break-all font-mono">{table.name}</span>}
        description={
          documents ? t("some", { count: documents.length }) : t("columns", { count: table.columns.length })
        }
      />
      {documents ? <Documents documents={documents} /> : <Columns table={table} />}
    </Card>
  );
}

function Documents({ documents }: { documents: readonly unknown[] }) {
  const t = useTranslations("query.samples");
  return (
    <CardBody className="grid gap-3">
      {documents.length === 0 && <p className="text-muted-foreground text-sm">{t("none")}</p>}
      {documents.map((document, index) => (
        <CodeBlock
          // biome-ignore lint/suspicious/noArrayIndexKey: the server gave them in this order
          key={index}
          label={t("document", { number: index + 1 })}
          code={JSON.stringify(document, null, 2)}
          wrap
        />
      ))}
    </CardBody>
  );
}

function Columns({ table }: { table: SchemaTable }) {
  const t = useTranslations("query.samples");
  const schema = useTranslations("query.schema");
  const head = "px-4 py-2 text-left font-medium text-muted-foreground text-xs";
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div tabIndex={0} className="-outline-offset-2 overflow-x-auto">
      <table aria-label={schema("columnsOf", { name: table.name })} className="w-full text-xs">
        <thead>
          <tr className="border-b">
            <th className={head}>{t("column")}</th>
            <th className={head}>{t("type")}</th>
            <th className={head}>{t("nullable")}</th>
          </tr>
        </thead>
        <tbody className="divide-y">
          {table.columns.map((column) => (
            <tr key={column.name}>
              <td className="px-4 py-1.5 font-mono">
                <span className="inline-flex items-center gap-1.5">
                  {column.name}
                  {column.primaryKey && (
                    <KeyRound aria-label={schema("primaryKey")} className="size-3 text-warning-ink" />
                  )}
                </span>
              </td>
              <td className="px-4 py-1.5 font-mono">{column.type}</td>
              <td className="px-4 py-1.5 text-muted-foreground">
                {column.nullable ? "NULL" : schema("notNull")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
