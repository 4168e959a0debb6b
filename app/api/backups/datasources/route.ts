import { listBackupDatasources } from "#lib/features/backups/queries";
import { route } from "#lib/web/route";

export const GET = route(listBackupDatasources);
