"use client";

import { useLocale, useTimeZone } from "next-intl";
import { useEffect, useState } from "react";
import { Missing } from "#components/ui/missing";
import { Tooltip } from "#components/ui/tooltip";
import { type DateStyle, formatDate, formatRelative, relativeTick } from "#lib/core/format";

type TimeProps = {
  /** ISO 8601 or a Date; nothing shows a dash. */
  value: Date | string | null | undefined;
  /** Relative words that keep themselves true, or a date in the reader's zone (or in `timeZone`). */
  format?: "relative" | DateStyle;
  timeZone?: string;
  className?: string;
};

/** A moment: one form as text, the exact one on hover and in the `datetime` attribute. */
export function Time({ value, format = "relative", timeZone, className }: TimeProps) {
  const locale = useLocale();
  const readerZone = useTimeZone();
  const zone = timeZone ?? readerZone ?? "UTC";
  const date = value ? new Date(value) : null;
  const moment = date?.getTime() ?? Number.NaN;
  const now = useNow(moment, format === "relative");
  if (!date || Number.isNaN(moment)) return <Missing telling />;
  const words =
    format === "relative" ? formatRelative(date, now, locale) : formatDate(date, format, locale, zone);
  return (
    <Tooltip content={<span className="tabular">{formatDate(date, "full", locale, zone)}</span>}>
      <time
        dateTime={date.toISOString()}
        className={className ?? "whitespace-nowrap tabular"}
        // The server's "now" is a moment older than the browser's.
        suppressHydrationWarning
      >
        {words}
      </time>
    </Tooltip>
  );
}

function useNow(moment: number, live: boolean): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    if (!live || Number.isNaN(moment)) return;
    let timer = 0;
    const tick = () => {
      const current = new Date();
      setNow(current);
      timer = window.setTimeout(tick, relativeTick(new Date(moment), current));
    };
    timer = window.setTimeout(tick, 1000);
    return () => window.clearTimeout(timer);
  }, [moment, live]);
  return now;
}
