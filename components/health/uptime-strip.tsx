"use client";

import { useLocale, useTimeZone, useTranslations } from "next-intl";
import { useState } from "react";
import { cn } from "#components/ui/cn";
import { formatDate, formatPercent } from "#lib/core/format";
import type { HealthPeriod } from "#lib/features/health/history";

/** One bar per stretch of time: the taller and redder, the more of its checks failed. */
export function UptimeStrip({
  periods,
  window,
}: {
  periods: readonly HealthPeriod[];
  window: "day" | "week";
}) {
  const t = useTranslations("health");
  const locale = useLocale();
  const zone = useTimeZone() ?? "UTC";
  const [at, setAt] = useState<number | null>(null);
  const checks = periods.reduce((sum, period) => sum + period.checks, 0);
  const failed = periods.reduce((sum, period) => sum + period.failed, 0);
  const share = formatPercent(checks === 0 ? 0 : floored(1 - failed / checks), locale);
  const summary = checks === 0 ? t("noChecks") : t("passed", { share, checks });
  const shown = at === null ? undefined : periods[at];
  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-xs">
        <span className="font-medium text-sm tabular">{summary}</span>
        <span aria-hidden="true" className="text-muted-foreground tabular">
          {shown ? wordsOf(shown) : t(`windows.${window}`)}
        </span>
      </div>
      <div
        role="img"
        aria-label={`${summary}, ${t(`windows.${window}`)}`}
        className="flex h-8 items-end"
        onPointerLeave={() => setAt(null)}
      >
        {periods.map((period, index) => (
          <span
            key={period.from.getTime()}
            onPointerEnter={() => setAt(index)}
            className={cn(
              "flex h-full min-w-0 flex-1 items-end px-[0.5px] sm:px-px",
              at === index && "opacity-60",
            )}
          >
            <Bar period={period} />
          </span>
        ))}
      </div>
    </div>
  );

  function wordsOf({ from, to, checks, failed }: HealthPeriod): string {
    const start = formatDate(from, "short", locale, zone);
    const range = `${start} – ${formatDate(to, "clock", locale, zone)}`;
    return checks === 0 ? t("periodEmpty", { range }) : t("period", { range, checks, failed });
  }
}

function Bar({ period: { checks, failed } }: { period: HealthPeriod }) {
  if (checks === 0) return <span className="h-0.5 w-full bg-border-strong" />;
  if (failed === 0) return <span className="h-3/5 w-full rounded-[1px] bg-success" />;
  // A single failure among many is still seen.
  const share = Math.max(0.25, failed / checks);
  return (
    <span className="flex h-full w-full flex-col overflow-hidden rounded-[1px] bg-success">
      <span className="w-full bg-danger" style={{ height: `${share * 100}%` }} />
    </span>
  );
}

/** Never rounded up to a whole hundred: 1 failure in 5,000 checks is not "100%". */
function floored(share: number): number {
  return Math.floor(share * 1000) / 1000;
}
