import { testStorage } from "#lib/features/storage-locations/test-storage";
import { route } from "#lib/web/route";

export const POST = route(testStorage);
