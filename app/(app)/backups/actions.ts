"use server";

import { restoreBackup } from "#lib/features/backups/restore-backup";
import { checkImport } from "#lib/features/imports/check-import";
import { action } from "#lib/web/action";

export const restoreBackupAction = action(restoreBackup);
export const checkImportAction = action(checkImport);
