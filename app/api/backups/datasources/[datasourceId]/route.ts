import { listBackupsOfDatasource } from "#lib/features/backups/queries";
import { route } from "#lib/web/route";

export const GET = route(listBackupsOfDatasource);
