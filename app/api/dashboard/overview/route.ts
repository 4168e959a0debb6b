import { getOverview } from "#lib/features/dashboard/overview";
import { route } from "#lib/web/route";

export const GET = route(getOverview);
