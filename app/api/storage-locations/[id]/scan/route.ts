import { getStorageScan, scanStorage } from "#lib/features/imports/scan-storage";
import { route } from "#lib/web/route";

export const GET = route(getStorageScan);
export const POST = route(scanStorage, 202);
