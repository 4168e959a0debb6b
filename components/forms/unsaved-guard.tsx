"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";

/** Asks before changes are lost: on leaving the page, and on following a link within the application. */
export function UnsavedGuard({ when }: { when: boolean }) {
  const t = useTranslations("forms");
  const question = t("unsaved");
  useEffect(() => {
    if (!when) return;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      const link = (event.target as Element | null)?.closest?.("a[href]");
      const leaves =
        link instanceof HTMLAnchorElement &&
        link.target !== "_blank" &&
        !event.metaKey &&
        !event.ctrlKey &&
        !link.hasAttribute("download") &&
        link.pathname !== window.location.pathname;
      if (leaves && !window.confirm(question)) {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    window.addEventListener("beforeunload", onUnload);
    document.addEventListener("click", onClick, { capture: true });
    return () => {
      window.removeEventListener("beforeunload", onUnload);
      document.removeEventListener("click", onClick, { capture: true });
    };
  }, [when, question]);
  return null;
}
