"use server";

import { restoreBackup } from "#lib/features/backups/restore-backup";
import { action } from "#lib/web/action";

export const restoreBackupAction = action(restoreBackup);
