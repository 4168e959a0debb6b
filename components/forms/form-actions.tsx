"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "#components/ui/button";

type FormActionsProps = {
  submitLabel: string;
  pending: boolean;
  disabled?: boolean;
  cancelHref?: string;
  /** Stands on the left: "Test connection", say. */
  children?: ReactNode;
};

/** The row under a form: it stays in sight at the lower edge while the form scrolls. */
export function FormActions({ submitLabel, pending, disabled, cancelHref, children }: FormActionsProps) {
  const t = useTranslations("common");
  return (
    <div className="sticky bottom-0 z-20 -mx-4 flex flex-wrap items-center gap-2 border-t bg-background/90 px-4 py-3 backdrop-blur-sm md:-mx-6 md:px-6">
      <div className="flex flex-1 shrink-0 items-center gap-2">{children}</div>
      {cancelHref && (
        // A phone's row has room for two buttons; going back leaves the form too.
        <Button variant="ghost" asChild {...(children ? { className: "max-sm:hidden" } : {})}>
          <Link href={cancelHref}>{t("cancel")}</Link>
        </Button>
      )}
      <Button type="submit" loading={pending} disabled={disabled} className="ml-auto">
        {submitLabel}
      </Button>
    </div>
  );
}
