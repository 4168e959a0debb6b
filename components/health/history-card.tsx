"use client";

import { useLocale, useTimeZone, useTranslations } from "next-intl";
import { useState } from "react";
import { Quiet } from "#components/activity/quiet";
import { TimeLine } from "#components/charts/time-line";
import { OutageList } from "#components/health/outage-list";
import { UptimeStrip } from "#components/health/uptime-strip";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import { Segmented } from "#components/ui/segmented";
import { formatDate, formatDuration } from "#lib/core/format";
import type { HealthHistory } from "#lib/features/health/history";

const WINDOWS = ["day", "week"] as const;
type Window = (typeof WINDOWS)[number];

/** How the checks of one thing went: its uptime, its latency, and what was wrong. */
export function HistoryCard({ history }: { history: HealthHistory }) {
  const t = useTranslations("health");
  const locale = useLocale();
  const zone = useTimeZone() ?? "UTC";
  const [window, setWindow] = useState<Window>("day");
  const periods = history[window];
  if (history.last === null) {
    return (
      <Card>
        <CardHeader title={t("title")} />
        <Quiet>{t("soon")}</Quiet>
      </Card>
    );
  }
  return (
    <Card>
      <CardHeader
        title={t("title")}
        actions={
          <Segmented
            label={t("window")}
            value={window}
            onChange={setWindow}
            options={WINDOWS.map((value) => ({ value, label: t(`windowsShort.${value}`) }))}
          />
        }
      />
      <CardBody className="grid gap-4">
        <UptimeStrip periods={periods} window={window} />
        {periods.some(({ latencyMs }) => latencyMs !== null) && (
          <TimeLine
            label={t("latencyOver", { window: t(`windows.${window}`) })}
            series={t("latency")}
            format={(value) => formatDuration(value, locale)}
            points={pointsOf(periods, window, (date, style) => formatDate(date, style, locale, zone))}
          />
        )}
        <OutageList outages={history.outages} />
      </CardBody>
    </Card>
  );
}

/** In a week each day is named once. */
function pointsOf(
  periods: HealthHistory[Window],
  window: Window,
  words: (date: Date, style: "short" | "clock" | "day") => string,
) {
  const ticks = periods.map(({ from }) => words(from, window === "day" ? "clock" : "day"));
  return periods.map(({ from, latencyMs }, index) => ({
    label: words(from, "short"),
    tick: ticks[index] === ticks[index - 1] ? null : (ticks[index] ?? null),
    value: latencyMs,
  }));
}
