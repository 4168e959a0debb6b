import { useLocale, useTranslations } from "next-intl";
import { useSaid } from "#components/shell/use-said";
import { StatusGlyph } from "#components/ui/status-badge";
import { Time } from "#components/ui/time";
import { formatDuration, formatInterval } from "#lib/core/format";
import type { Outage } from "#lib/features/health/history";

/** When it failed, for how long and why; the newest first. */
export function OutageList({ outages }: { outages: readonly Outage[] }) {
  const t = useTranslations("health.outages");
  return (
    <section>
      <h3 className="font-medium text-sm">{t("title")}</h3>
      {outages.length === 0 ? (
        <p className="mt-1 text-muted-foreground text-sm">{t("none")}</p>
      ) : (
        <ul className="mt-1 divide-y">
          {outages.map((outage) => (
            <OutageLine key={outage.startedAt.getTime()} outage={outage} />
          ))}
        </ul>
      )}
    </section>
  );
}

function OutageLine({ outage }: { outage: Outage }) {
  const t = useTranslations("health.outages");
  const status = useTranslations("health.status");
  const locale = useLocale();
  const said = useSaid();
  const { startedAt, endedAt, failures, reason } = outage;
  return (
    <li className="flex items-start gap-2 py-2 text-sm last:pb-0">
      <StatusGlyph tone={endedAt ? "neutral" : "danger"} className="mt-1" />
      <div className="min-w-0 flex-1">
        <p className="wrap-anywhere text-pretty">{reason === null ? status(outage.status) : said(reason)}</p>
        <p className="text-muted-foreground text-xs">
          <Time value={startedAt} format="short" />
          {" · "}
          {endedAt
            ? t("lasted", { time: lengthOf(endedAt.getTime() - startedAt.getTime(), locale) })
            : t("ongoing")}
          {" · "}
          {t("failures", { count: failures })}
        </p>
      </div>
    </li>
  );
}

/** Checks are minutes apart: seconds would claim to know more. */
function lengthOf(ms: number, locale: string): string {
  const minutes = Math.round(ms / 60_000);
  return minutes > 0 && minutes < 60 ? formatInterval(minutes * 60_000, locale) : formatDuration(ms, locale);
}
