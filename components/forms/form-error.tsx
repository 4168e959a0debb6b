"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { Said } from "#components/shell/use-said";
import { Callout } from "#components/ui/callout";
import type { ActionError } from "#lib/core/action-result";

/** What went wrong with the form as a whole; scrolls into view when it appears. */
export function FormError({ error, title }: { error: ActionError | null; title?: string }) {
  const t = useTranslations("errors");
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error) box.current?.scrollIntoView({ block: "nearest" });
  }, [error]);
  if (!error) return null;
  return (
    <div ref={box}>
      <Callout tone="danger" title={title}>
        <Said>{error.message}</Said>
        {error.requestId && (
          <span className="mt-1 block font-mono text-xs">{t("requestId", { id: error.requestId })}</span>
        )}
      </Callout>
    </div>
  );
}
