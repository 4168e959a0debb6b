import { useLocale, useTranslations } from "next-intl";
import { Bytes } from "#components/ui/quantity";
import { Stat } from "#components/ui/stat";
import { StatusGlyph } from "#components/ui/status-badge";
import { Time } from "#components/ui/time";
import { formatCount, formatPercent } from "#lib/core/format";
import type { Overview } from "#lib/features/dashboard/overview";

/** Four answers at a glance: does it work, how much is kept, what broke, what comes. */
export function Numbers({
  stats,
  next,
}: {
  stats: Overview["stats"];
  next: Overview["upcomingJobs"][number] | undefined;
}) {
  const t = useTranslations("overview.numbers");
  const locale = useLocale();
  const rate = stats.successRate24h;
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Stat
        label={t("success")}
        value={rate === null ? "–" : formatPercent(rate / 100, locale)}
        hint={t("runs", { count: stats.executions24hTotal })}
        {...(rate === null ? {} : { aside: <StatusGlyph tone={toneOf(rate)} className="mb-1.5 size-4" /> })}
      />
      <Stat
        label={t("failed")}
        value={formatCount(stats.executionsFailedToday, locale)}
        hint={t("ofToday", { count: stats.executionsToday })}
        href="/executions?status=failed"
        {...(stats.executionsFailedToday > 0
          ? { aside: <StatusGlyph tone="danger" className="mb-1.5 size-4" /> }
          : {})}
      />
      <Stat
        label={t("stored")}
        value={<Bytes value={stats.storedBytes} />}
        hint={t("storages", { count: stats.storagesTotal })}
        href="/storage"
      />
      {next ? (
        <Stat
          label={t("next")}
          value={<Time value={next.nextExecutionAt} />}
          hint={next.name}
          href={`/jobs/${next.id}`}
        />
      ) : (
        <Stat label={t("next")} value="–" hint={t("nothingPlanned")} href="/jobs" />
      )}
    </div>
  );
}

function toneOf(rate: number): "success" | "warning" | "danger" {
  if (rate >= 99.95) return "success";
  return rate >= 80 ? "warning" : "danger";
}
