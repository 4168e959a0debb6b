import { logout } from "#lib/features/auth/logout";
import { route } from "#lib/web/route";
import { signOut } from "#lib/web/sign-in";

export const POST = route(logout, 200, { respond: signOut });
