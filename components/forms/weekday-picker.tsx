"use client";

import { useTranslations } from "next-intl";
import { cn } from "#components/ui/cn";

type WeekdayPickerProps = {
  names: readonly string[];
  value: readonly number[];
  onChange: (value: number[]) => void;
  disabled: boolean | undefined;
};

/** At least one day stays chosen. */
export function WeekdayPicker({ names, value, onChange, disabled }: WeekdayPickerProps) {
  const t = useTranslations("forms.cron");
  return (
    <fieldset aria-label={t("weekdays")} className="flex flex-wrap gap-1">
      {names.map((name, day) => {
        const on = value.includes(day);
        return (
          <button
            key={name}
            type="button"
            aria-pressed={on}
            disabled={disabled || (on && value.length === 1)}
            onClick={() => onChange(on ? value.filter((other) => other !== day) : [...value, day])}
            className={cn(
              "h-8 min-w-10 rounded-md border px-2 text-xs",
              on
                ? "border-primary bg-primary-soft font-medium text-primary-ink"
                : "bg-card text-muted-foreground hover:border-border-strong hover:text-foreground",
            )}
          >
            {name}
          </button>
        );
      })}
    </fieldset>
  );
}
