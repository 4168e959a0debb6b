"use client";

import { Progress as Primitive } from "radix-ui";
import { cn } from "#components/ui/cn";

type ProgressProps = {
  /** From 0 to 1; `null` when nobody knows how much there is. */
  value: number | null;
  label: string;
  tone?: "primary" | "success" | "warning" | "danger";
  className?: string;
};

const TONES = { primary: "bg-running", success: "bg-success", warning: "bg-warning", danger: "bg-danger" };

export function Progress({ value, label, tone = "primary", className }: ProgressProps) {
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <Primitive.Root
      value={percent}
      aria-label={label}
      className={cn("h-1.5 w-full overflow-hidden rounded-full bg-secondary", className)}
    >
      <Primitive.Indicator
        className={cn(
          "h-full rounded-full",
          TONES[tone],
          percent === null ? "w-2/5 motion-safe:animate-sweep" : "transition-[width] duration-300",
        )}
        style={percent === null ? undefined : { width: `${percent}%` }}
      />
    </Primitive.Root>
  );
}
