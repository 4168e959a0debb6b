import { listStorageChecks } from "#lib/features/health/queries";
import { route } from "#lib/web/route";

export const GET = route(listStorageChecks);
