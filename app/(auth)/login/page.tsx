import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { AuthAside } from "#components/auth/auth-aside";
import { LoginForm } from "#components/auth/login-form";
import { AuthFrame } from "#components/shell/auth-frame";
import { nextPath } from "#lib/core/next-path";
import { getAuthStatus } from "#lib/features/auth/queries";
import { load } from "#lib/web/page";
import { loginAction } from "../actions";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("auth.login");
  return { title: t("submit") };
}

type Props = { searchParams: Promise<{ next?: string | string[] }> };

export default async function LoginPage({ searchParams }: Props) {
  const [status, { next }, t] = await Promise.all([
    load(getAuthStatus, {}),
    searchParams,
    getTranslations("auth.login"),
  ]);
  if (!status.hasUser) redirect("/setup");
  if (status.authenticated) redirect(nextPath(next));
  return (
    <AuthFrame title={t("title")} description={t("description")} aside={<AuthAside />}>
      <LoginForm login={loginAction} next={nextPath(next)} />
    </AuthFrame>
  );
}
