"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useRef } from "react";

/** After something was added its page comes with `?test`: the test runs once, and the address is tidied. */
export function useFirstTest(run: () => void): void {
  const asked = useSearchParams().has("test");
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    if (!asked) return;
    window.history.replaceState(null, "", window.location.pathname);
    latest.current();
  }, [asked]);
}
