"use client";

import { Leaf } from "lucide-react";
import { useTranslations } from "next-intl";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import { CodeBlock } from "#components/ui/code-block";
import { EmptyState } from "#components/ui/empty-state";
import type { SchemaTable } from "#lib/features/datasources/schema";

/** For sources that take no statement: a few documents of the chosen collection. */
export function SamplePanel({ table }: { table: SchemaTable | null }) {
  const t = useTranslations("query.samples");
  if (!table) {
    return (
      <div className="rounded-lg border bg-card">
        <EmptyState icon={<Leaf />} title={t("title")} description={t("choose")} />
      </div>
    );
  }
  const samples = table.samples ?? [];
  return (
    <Card aria-live="polite">
      <CardHeader
        title={<span className="break-all font-mono">{table.name}</span>}
        description={t("some", { count: samples.length })}
      />
      <CardBody className="grid gap-3">
        {samples.length === 0 && <p className="text-muted-foreground text-sm">{t("none")}</p>}
        {samples.map((sample, index) => (
          <CodeBlock
            // biome-ignore lint/suspicious/noArrayIndexKey: the server gave them in this order
            key={index}
            label={t("document", { number: index + 1 })}
            code={JSON.stringify(sample, null, 2)}
            wrap
          />
        ))}
      </CardBody>
    </Card>
  );
}
