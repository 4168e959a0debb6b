"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Input } from "#components/ui/input";
import { clockText, readClock } from "#lib/core/clock";

type TimeOfDayProps = {
  id?: string;
  value: { hour: number; minute: number };
  onChange: (value: { hour: number; minute: number }) => void;
  disabled: boolean | undefined;
};

/** Hours and minutes on 24 hours in every browser, where a native field follows the system's habit. */
export function TimeOfDay({ id, value, onChange, disabled }: TimeOfDayProps) {
  const t = useTranslations("forms.cron");
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <Input
      id={id}
      inputMode="numeric"
      autoComplete="off"
      maxLength={5}
      placeholder="00:00"
      aria-label={t("time")}
      aria-invalid={(draft !== null && readClock(draft) === null) || undefined}
      disabled={disabled}
      value={draft ?? clockText(value.hour, value.minute)}
      onChange={(event) => {
        setDraft(event.target.value);
        const read = readClock(event.target.value);
        if (read) onChange(read);
      }}
      onBlur={() => setDraft(null)}
      className="w-18 text-center tabular"
    />
  );
}
