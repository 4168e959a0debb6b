"use client";

import { Minus, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";
import { cn } from "#components/ui/cn";
import { Input } from "#components/ui/input";

type NumberInputProps = Omit<ComponentProps<"input">, "type" | "value" | "defaultValue" | "onChange"> & {
  /** `null` is an empty field. */
  value: number | null | undefined;
  onValueChange: (value: number | null) => void;
  unit?: string | undefined;
  min?: number | undefined;
  max?: number | undefined;
  step?: number | undefined;
};

const stepButton =
  "flex h-full w-7 items-center justify-center text-muted-foreground hover:bg-accent hover:text-foreground disabled:opacity-40";

export function NumberInput({
  value,
  onValueChange,
  unit,
  min,
  max,
  step = 1,
  className,
  disabled,
  ...props
}: NumberInputProps) {
  const t = useTranslations("common");
  const clamp = (next: number) =>
    Math.min(max ?? Number.POSITIVE_INFINITY, Math.max(min ?? Number.NEGATIVE_INFINITY, next));
  const move = (by: number) => onValueChange(clamp((value ?? min ?? 0) + by));
  return (
    <div className={cn("relative w-full max-w-48", className)}>
      <Input
        type="number"
        inputMode="numeric"
        min={min}
        max={max}
        step={step}
        disabled={disabled}
        value={value ?? ""}
        onChange={(event) => {
          const next = event.target.valueAsNumber;
          onValueChange(Number.isNaN(next) ? null : next);
        }}
        className={cn("tabular", unit ? "pr-28" : "pr-16")}
        {...props}
      />
      <div className="absolute inset-y-px right-px flex items-center overflow-hidden rounded-r-[5px]">
        {unit && <span className="pointer-events-none pr-2 text-faint text-xs">{unit}</span>}
        <button
          type="button"
          tabIndex={-1}
          aria-label={t("decrease")}
          className={cn(stepButton, "border-l")}
          disabled={disabled || (min !== undefined && (value ?? min) <= min)}
          onClick={() => move(-step)}
        >
          <Minus className="size-3.5" />
        </button>
        <button
          type="button"
          tabIndex={-1}
          aria-label={t("increase")}
          className={cn(stepButton, "border-l")}
          disabled={disabled || (max !== undefined && (value ?? 0) >= max)}
          onClick={() => move(step)}
        >
          <Plus className="size-3.5" />
        </button>
      </div>
    </div>
  );
}
