import { testDatasourceConfig } from "#lib/features/datasources/test-datasource";
import { route } from "#lib/web/route";

export const POST = route(testDatasourceConfig);
