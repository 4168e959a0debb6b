import { setupOwner } from "#lib/features/auth/setup-owner";
import { route } from "#lib/web/route";
import { signIn } from "#lib/web/sign-in";

export const POST = route(setupOwner, 201, { respond: (session, request) => signIn(session, request, 201) });
