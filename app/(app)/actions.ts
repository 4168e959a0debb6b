"use server";

import { redirect } from "next/navigation";
import { signOutHere } from "#lib/web/session-action";

export async function logoutAction(): Promise<void> {
  await signOutHere();
  redirect("/login");
}
