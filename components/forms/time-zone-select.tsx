"use client";

import { useTranslations } from "next-intl";
import { type ComponentProps, useMemo } from "react";
import { Combobox } from "#components/ui/combobox";
import { offsetOf, timeZones } from "#lib/core/time-zones";

type TimeZoneSelectProps = Omit<ComponentProps<typeof Combobox>, "options">;

export function TimeZoneSelect(props: TimeZoneSelectProps) {
  const t = useTranslations("forms");
  const options = useMemo(() => {
    const now = new Date();
    return timeZones().map((zone) => ({
      value: zone,
      label: zone.replaceAll("_", " "),
      hint: offsetOf(zone, now),
    }));
  }, []);
  return <Combobox options={options} searchPlaceholder={t("searchTimeZone")} {...props} />;
}
