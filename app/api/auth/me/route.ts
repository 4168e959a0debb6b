import { getMe } from "#lib/features/auth/queries";
import { route } from "#lib/web/route";

export const GET = route(getMe);
