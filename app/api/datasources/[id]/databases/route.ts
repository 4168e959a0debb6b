import { listDatabases } from "#lib/features/datasources/databases-query";
import { route } from "#lib/web/route";

export const GET = route(listDatabases);
