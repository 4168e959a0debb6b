"use server";

import { login } from "#lib/features/auth/login";
import { setupOwner } from "#lib/features/auth/setup-owner";
import { signInAction } from "#lib/web/session-action";

export const setupAction = signInAction(setupOwner);
export const loginAction = signInAction(login);
