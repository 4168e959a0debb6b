import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { AuthAside } from "#components/auth/auth-aside";
import { SetupForm } from "#components/auth/setup-form";
import { AuthFrame } from "#components/shell/auth-frame";
import { getAuthStatus } from "#lib/features/auth/queries";
import { load } from "#lib/web/page";
import { setupAction } from "../actions";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("auth.setup");
  return { title: t("title") };
}

export default async function SetupPage() {
  const [status, t] = await Promise.all([load(getAuthStatus, {}), getTranslations("auth.setup")]);
  if (status.hasUser) redirect(status.authenticated ? "/" : "/login");
  return (
    <AuthFrame title={t("title")} description={t("description")} aside={<AuthAside />}>
      <SetupForm setup={setupAction} />
    </AuthFrame>
  );
}
