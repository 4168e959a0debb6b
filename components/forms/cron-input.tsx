"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { CronFields } from "#components/forms/cron-fields";
import { NextRuns } from "#components/forms/next-runs";
import { cn } from "#components/ui/cn";
import type { FieldControl } from "#components/ui/field";
import {
  CRON_KINDS,
  type CronKind,
  type CronPreset,
  convertPreset,
  cronOf,
  presetOf,
} from "#lib/core/cron-preset";

type CronInputProps = Partial<FieldControl> & {
  value: string;
  onValueChange: (cron: string) => void;
  timeZone: string;
  disabled?: boolean;
};

/** Picks a schedule by kind, says it in a sentence and shows when it will run. */
export function CronInput({ value, onValueChange, timeZone, disabled, id, ...wiring }: CronInputProps) {
  const t = useTranslations("forms.cron");
  const ownId = useId();
  // "Custom" is a choice of the person too: an expression that fits a preset may be edited by hand.
  const [custom, setCustom] = useState(() => presetOf(value).kind === "custom");
  const preset: CronPreset = custom ? { kind: "custom", cron: value } : presetOf(value);

  function choose(kind: CronKind) {
    setCustom(kind === "custom");
    onValueChange(cronOf(convertPreset(presetOf(value), kind)));
  }

  return (
    <fieldset
      {...(wiring["aria-labelledby"]
        ? { "aria-labelledby": wiring["aria-labelledby"] }
        : { "aria-label": t("label") })}
      aria-describedby={wiring["aria-describedby"]}
      className="grid min-w-0 gap-3"
    >
      <div className="flex flex-wrap gap-1 rounded-md bg-secondary p-0.5 sm:w-fit">
        {CRON_KINDS.map((kind) => (
          <label
            key={kind}
            className={cn(
              "flex h-7 flex-auto items-center justify-center whitespace-nowrap rounded-[5px] px-3 text-muted-foreground text-sm has-focus-visible:outline-2 has-focus-visible:outline-ring has-focus-visible:outline-offset-1",
              preset.kind === kind
                ? "bg-card font-medium text-foreground shadow-control"
                : "hover:text-foreground",
            )}
          >
            <input
              type="radio"
              name={`${ownId}-kind`}
              checked={preset.kind === kind}
              disabled={disabled}
              onChange={() => choose(kind)}
              className="sr-only"
            />
            {t(`kinds.${kind}`)}
          </label>
        ))}
      </div>
      <CronFields
        preset={preset}
        onChange={(next) => onValueChange(cronOf(next))}
        disabled={disabled}
        id={id ?? ownId}
        invalid={wiring["aria-invalid"] === true}
      />
      <NextRuns cron={value} timeZone={timeZone} preset={preset} />
    </fieldset>
  );
}
