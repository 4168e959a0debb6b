import { restoreBackup } from "#lib/features/backups/restore-backup";
import { route } from "#lib/web/route";

export const POST = route(restoreBackup, 202);
