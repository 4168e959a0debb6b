import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { MessagePage } from "#components/shell/message-page";
import { Button } from "#components/ui/button";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("errors.notFound");
  return { title: t("title") };
}

export default async function NotFound() {
  const t = await getTranslations("errors.notFound");
  return (
    <main>
      <MessagePage code="404" title={t("title")} description={t("description")}>
        <Button asChild>
          <Link href="/">{t("action")}</Link>
        </Button>
      </MessagePage>
    </main>
  );
}
