import { deleteStorage } from "#lib/features/storage-locations/delete-storage";
import { getStorageLocation } from "#lib/features/storage-locations/queries";
import { updateStorage } from "#lib/features/storage-locations/update-storage";
import { route } from "#lib/web/route";

export const GET = route(getStorageLocation);
export const PUT = route(updateStorage);
export const DELETE = route(deleteStorage);
