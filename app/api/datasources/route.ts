import { createDatasource } from "#lib/features/datasources/create-datasource";
import { listDatasources } from "#lib/features/datasources/queries";
import { route } from "#lib/web/route";

export const GET = route(listDatasources);
export const POST = route(createDatasource, 201);
