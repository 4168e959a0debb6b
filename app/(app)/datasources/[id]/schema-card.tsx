import { SquareTerminal } from "lucide-react";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Said } from "#components/shell/use-said";
import { Button } from "#components/ui/button";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import { DescriptionList } from "#components/ui/description-list";
import { Bytes, Count } from "#components/ui/quantity";
import { getDatasourceSchema } from "#lib/features/datasources/schema-query";
import { attempt } from "#lib/web/page";

/** How much there is, by the source's own account; nothing for types that have no schema. */
export async function SchemaCard({ id, mayQuery }: { id: string; mayQuery: boolean }) {
  const [schema, t] = await Promise.all([
    attempt(getDatasourceSchema, { id }),
    getTranslations("query.schema"),
  ]);
  if (!schema.ok && schema.error.code === "SCHEMA_NOT_SUPPORTED") return null;
  return (
    <Card>
      <CardHeader
        title={t("card")}
        actions={
          mayQuery && (
            <Button variant="outline" size="sm" asChild>
              <Link href={`/query?datasource=${id}`}>
                <SquareTerminal />
                {t("open")}
              </Link>
            </Button>
          )
        }
      />
      <CardBody>
        {schema.ok ? (
          <Sums tables={schema.data.tables} />
        ) : (
          <p className="text-pretty text-muted-foreground text-sm">
            {t("failed")}: <Said>{schema.error.message}</Said>
          </p>
        )}
      </CardBody>
    </Card>
  );
}

type Tables = readonly { kind: string; sizeBytes: number | null; rowsEstimate: number | null }[];

async function Sums({ tables }: { tables: Tables }) {
  const t = await getTranslations("query.schema");
  const of = (kind: string) => tables.filter((table) => table.kind === kind).length;
  const sum = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
  };
  const [size, rows] = [
    sum(tables.map((table) => table.sizeBytes)),
    sum(tables.map((table) => table.rowsEstimate)),
  ];
  return (
    <DescriptionList
      items={[
        of("collection") > 0
          ? { label: t("collections"), value: <Count value={of("collection")} /> }
          : { label: t("tables"), value: <Count value={of("table")} /> },
        of("view") > 0 && { label: t("viewsLabel"), value: <Count value={of("view")} /> },
        rows !== null && { label: t("estimate"), value: <Count value={rows} /> },
        size !== null && { label: t("size"), value: <Bytes value={size} /> },
      ]}
    />
  );
}
