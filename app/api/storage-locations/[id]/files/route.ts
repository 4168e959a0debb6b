import { deletePath } from "#lib/features/storage-files/delete-path";
import { listFiles } from "#lib/features/storage-files/list-files";
import { route } from "#lib/web/route";

export const GET = route(listFiles, 200, { badText: "INVALID_STORAGE_PATH" });
export const DELETE = route(deletePath, 200, { badText: "INVALID_STORAGE_PATH" });
