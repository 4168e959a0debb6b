import { createStorage } from "#lib/features/storage-locations/create-storage";
import { listStorageLocations } from "#lib/features/storage-locations/queries";
import { route } from "#lib/web/route";

export const GET = route(listStorageLocations);
export const POST = route(createStorage, 201);
