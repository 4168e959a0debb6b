"use client";

import { useEffect, useRef } from "react";

const KEY = "dg_first_test";

/** Said by a form that has just added something, before it leads to the new page. */
export function askFirstTest(id: string): void {
  sessionStorage.setItem(KEY, id);
}

/** What was just added is tried out once, when its page opens. Not by the address: a change of it drops the result. */
export function useFirstTest(id: string, run: () => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    if (sessionStorage.getItem(KEY) !== id) return;
    sessionStorage.removeItem(KEY);
    latest.current();
  }, [id]);
}
