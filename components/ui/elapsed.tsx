"use client";

import { useLocale } from "next-intl";
import { useEffect, useState } from "react";
import { formatDuration } from "#lib/core/format";

type ElapsedProps = { since: Date | string; until?: Date | string | null; className?: string };

/** How long something has been going on, counted every second until it ends. */
export function Elapsed({ since, until, className }: ElapsedProps) {
  const locale = useLocale();
  const start = new Date(since).getTime();
  const end = until ? new Date(until).getTime() : null;
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (end !== null) return;
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, [end]);
  const passed = Math.max(0, (end ?? now) - start);
  return (
    <span className={className ?? "whitespace-nowrap tabular"} suppressHydrationWarning>
      {formatDuration(end === null ? Math.floor(passed / 1000) * 1000 : passed, locale)}
    </span>
  );
}
