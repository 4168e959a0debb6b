import { login } from "#lib/features/auth/login";
import { route } from "#lib/web/route";
import { signIn } from "#lib/web/sign-in";

export const POST = route(login, 200, { respond: (session, request) => signIn(session, request, 200) });
