"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** Asks the server for the page again every few seconds while `when` holds and the page is looked at. */
export function useRefresh(when: boolean, everyMs = 3000): void {
  const router = useRouter();
  useEffect(() => {
    if (!when) return;
    const timer = window.setInterval(() => {
      if (document.visibilityState === "visible") router.refresh();
    }, everyMs);
    return () => window.clearInterval(timer);
  }, [when, everyMs, router]);
}
