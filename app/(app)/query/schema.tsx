import { SchemaFailure } from "#components/query/refresh-schema";
import { SchemaPanel } from "#components/query/schema-panel";
import { getDatasourceSchema } from "#lib/features/datasources/schema-query";
import { attempt } from "#lib/web/page";

/** Waits for the source, beside a page that is already there. */
export async function Schema({ id }: { id: string }) {
  const schema = await attempt(getDatasourceSchema, { id });
  if (!schema.ok) return <SchemaFailure message={schema.error.message} />;
  return <SchemaPanel tables={schema.data.tables} />;
}
