"use client";

import { useTranslations } from "next-intl";
import { Input } from "#components/ui/input";

type TimeOfDayProps = {
  id?: string;
  value: { hour: number; minute: number };
  onChange: (value: { hour: number; minute: number }) => void;
  disabled: boolean | undefined;
};

const two = (value: number) => String(value).padStart(2, "0");

export function TimeOfDay({ id, value, onChange, disabled }: TimeOfDayProps) {
  const t = useTranslations("forms.cron");
  return (
    <Input
      id={id}
      type="time"
      aria-label={t("time")}
      disabled={disabled}
      value={`${two(value.hour)}:${two(value.minute)}`}
      onChange={(event) => {
        const [hour, minute] = event.target.value.split(":").map(Number);
        if (hour !== undefined && minute !== undefined) onChange({ hour, minute });
      }}
      className="w-28 tabular"
    />
  );
}
