"use client";

import { useTranslations } from "next-intl";
import { MessagePage } from "#components/shell/message-page";
import { Button } from "#components/ui/button";

/** The server hides an error's words; its digest finds them in the log. */
export function ErrorMessage({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useTranslations("errors.unexpected");
  const digest = (error as { digest?: string } | null)?.digest;
  return (
    <MessagePage title={t("title")} description={t("description")} {...(digest ? { code: digest } : {})}>
      <Button onClick={() => retry()}>{t("action")}</Button>
    </MessagePage>
  );
}
