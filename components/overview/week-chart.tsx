"use client";

import { useLocale, useTranslations } from "next-intl";
import { StackedBars } from "#components/charts/stacked-bars";
import { formatDate } from "#lib/core/format";
import type { ExecutionsOfDay } from "#lib/features/dashboard/overview";

export function WeekChart({ days }: { days: readonly ExecutionsOfDay[] }) {
  const t = useTranslations("overview.week");
  const locale = useLocale();
  return (
    <StackedBars
      label={t("label")}
      height={196}
      points={days.map(({ day, completed, failed, cancelled }) => ({
        label: formatDate(new Date(`${day}T00:00:00Z`), "day", locale, "UTC"),
        values: { completed, failed, cancelled },
      }))}
      series={[
        { key: "completed", label: t("completed"), tone: "success" },
        { key: "failed", label: t("failed"), tone: "danger" },
        { key: "cancelled", label: t("cancelled"), tone: "queued" },
      ]}
    />
  );
}
