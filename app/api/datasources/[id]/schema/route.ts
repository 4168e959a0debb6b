import { getDatasourceSchema } from "#lib/features/datasources/schema-query";
import { route } from "#lib/web/route";

export const GET = route(getDatasourceSchema);
