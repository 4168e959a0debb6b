import { runDatasourceQuery } from "#lib/features/datasources/query-datasource";
import { route } from "#lib/web/route";

export const POST = route(runDatasourceQuery);
