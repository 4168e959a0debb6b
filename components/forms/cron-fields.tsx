"use client";

import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import { TimeOfDay } from "#components/forms/time-of-day";
import { WeekdayPicker } from "#components/forms/weekday-picker";
import { Input } from "#components/ui/input";
import { NumberInput } from "#components/ui/number-input";
import { Select } from "#components/ui/select";
import { type CronPreset, HOUR_STEPS } from "#lib/core/cron-preset";
import { weekdayNames } from "#lib/core/weekdays";

type CronFieldsProps = {
  preset: CronPreset;
  onChange: (preset: CronPreset) => void;
  disabled: boolean | undefined;
  /** Goes to the first control, so that the label leads to it. */
  id: string;
  invalid: boolean;
};

/** What a kind of schedule still has to know. */
export function CronFields({ preset, onChange, disabled, id, invalid }: CronFieldsProps) {
  const t = useTranslations("forms.cron");
  const locale = useLocale();
  const weekdays = useMemo(() => weekdayNames(locale, "short"), [locale]);
  switch (preset.kind) {
    case "custom":
      return (
        <Input
          id={id}
          value={preset.cron}
          onChange={(event) => onChange({ kind: "custom", cron: event.target.value })}
          aria-label={t("expression")}
          aria-invalid={invalid || undefined}
          disabled={disabled}
          spellCheck={false}
          placeholder="0 2 * * *"
          className="max-w-64 font-mono"
        />
      );
    case "hourly":
      return (
        <span className="flex flex-wrap items-center gap-2 text-sm">
          <Select
            id={id}
            aria-label={t("interval")}
            value={String(preset.every)}
            disabled={disabled}
            onValueChange={(every) => onChange({ ...preset, every: Number(every) })}
            options={HOUR_STEPS.map((every) => ({ value: String(every), label: t("everyHours", { every }) }))}
            className="w-40"
          />
          {t("atMinute")}
          <NumberInput
            aria-label={t("minute")}
            min={0}
            max={59}
            value={preset.minute}
            disabled={disabled}
            onValueChange={(minute) => onChange({ ...preset, minute: minute ?? 0 })}
            className="w-28"
          />
        </span>
      );
    case "monthly":
      return (
        <span className="flex flex-wrap items-center gap-2 text-sm">
          {t("onDay")}
          <NumberInput
            id={id}
            aria-label={t("day")}
            min={1}
            max={31}
            value={preset.day}
            disabled={disabled}
            onValueChange={(day) => onChange({ ...preset, day: day ?? 1 })}
            className="w-28"
          />
          {t("at")}
          <TimeOfDay
            value={preset}
            onChange={(time) => onChange({ ...preset, ...time })}
            disabled={disabled}
          />
        </span>
      );
    case "daily":
    case "weekly":
      return (
        <span className="flex flex-wrap items-center gap-2 text-sm">
          {preset.kind === "weekly" && (
            <WeekdayPicker
              names={weekdays}
              value={preset.weekdays}
              disabled={disabled}
              onChange={(picked) => onChange({ ...preset, weekdays: picked })}
            />
          )}
          {t("at")}
          <TimeOfDay
            id={id}
            value={preset}
            onChange={(time) => onChange({ ...preset, ...time })}
            disabled={disabled}
          />
        </span>
      );
  }
}
