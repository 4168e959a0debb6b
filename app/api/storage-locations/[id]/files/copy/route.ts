import { copyFile } from "#lib/features/storage-files/copy-file";
import { route } from "#lib/web/route";

export const POST = route(copyFile, 200, { badText: "INVALID_STORAGE_PATH" });
