"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { MessagePage } from "#components/shell/message-page";
import { Button } from "#components/ui/button";
import { fromDigest } from "#lib/core/page-problem";

const TITLES = {
  FORBIDDEN: "forbidden",
  SERVICE_UNAVAILABLE: "unavailable",
  INTERNAL_ERROR: "unexpected",
} as const;

/** The server hides an error's words; its digest says what happened, or finds it in the log. */
export function ErrorMessage({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useTranslations("errors");
  const digest = (error as { digest?: string } | null)?.digest;
  const problem = fromDigest(digest);
  const kind = TITLES[problem?.code ?? "INTERNAL_ERROR"];
  const code = problem ? problem.detail : digest;
  return (
    <MessagePage
      title={t(`${kind}.title`)}
      description={t(`${kind}.description`)}
      {...(code ? { code } : {})}
    >
      {kind === "forbidden" ? (
        <Button asChild>
          <Link href="/">{t("notFound.action")}</Link>
        </Button>
      ) : (
        <Button onClick={() => retry()}>{t("unexpected.action")}</Button>
      )}
    </MessagePage>
  );
}
