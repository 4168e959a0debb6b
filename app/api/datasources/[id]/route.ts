import { deleteDatasource } from "#lib/features/datasources/delete-datasource";
import { getDatasource } from "#lib/features/datasources/queries";
import { updateDatasource } from "#lib/features/datasources/update-datasource";
import { route } from "#lib/web/route";

export const GET = route(getDatasource);
export const PUT = route(updateDatasource);
export const DELETE = route(deleteDatasource);
