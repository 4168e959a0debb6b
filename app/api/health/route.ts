import { getHealth } from "#lib/features/system/health";
import { route } from "#lib/web/route";

export const GET = route(getHealth);
