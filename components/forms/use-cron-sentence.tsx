"use client";

import { useLocale, useTranslations } from "next-intl";
import { clockText } from "#lib/core/clock";
import { type CronPreset, cronOf, presetOf } from "#lib/core/cron-preset";
import { listWords, weekdayNames } from "#lib/core/weekdays";

/** "Every day at 02:00": of a preset, or of a cron expression. */
export function useCronSentence(): (schedule: CronPreset | string) => string {
  const t = useTranslations("forms.cron.sentence");
  const locale = useLocale();
  return (schedule) => {
    // Through the text, so that a custom expression that means a simple thing says the simple thing.
    const preset = presetOf(typeof schedule === "string" ? schedule : cronOf(schedule));
    if (preset.kind === "custom") return t("custom", { cron: preset.cron });
    if (preset.kind === "hourly") {
      return t("hourly", { every: preset.every, minute: String(preset.minute).padStart(2, "0") });
    }
    const time = clockText(preset.hour, preset.minute);
    if (preset.kind === "daily") return t("daily", { time });
    if (preset.kind === "monthly") return t("monthly", { day: preset.day, time });
    if (preset.weekdays.length === 7) return t("daily", { time });
    const names = weekdayNames(locale, "long");
    const days = preset.weekdays.map((day) => names[day] ?? "");
    return t("weekly", { days: listWords(days, locale), time });
  };
}
