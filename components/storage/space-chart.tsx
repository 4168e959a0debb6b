"use client";

import { useLocale, useTranslations } from "next-intl";
import { StackedBars } from "#components/charts/stacked-bars";
import { formatBytes, formatDate } from "#lib/core/format";
import type { StorageSpace } from "#lib/features/storage-locations/space-query";

/** Bytes stored on each of the last 30 days. */
export function SpaceChart({ days }: { days: StorageSpace["days"] }) {
  const t = useTranslations("storage.space");
  const locale = useLocale();
  const label = t("trend");
  return (
    <div className="grid gap-2">
      <h3 className="font-medium text-sm">{label}</h3>
      <StackedBars
        label={label}
        height={150}
        axisWidth={56}
        format={(value) => formatBytes(value, locale)}
        points={days.map(({ day, storedBytes }) => ({
          label: formatDate(new Date(`${day}T00:00:00Z`), "day", locale, "UTC"),
          values: { stored: Number(storedBytes) },
        }))}
        series={[{ key: "stored", label: t("stored"), tone: "info" }]}
      />
    </div>
  );
}
