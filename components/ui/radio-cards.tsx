"use client";

import { RadioGroup } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "#components/ui/cn";

export type RadioCard = {
  value: string;
  label: ReactNode;
  hint?: ReactNode;
  icon?: ReactNode;
  disabled?: boolean;
};

type RadioCardsProps = Omit<ComponentProps<typeof RadioGroup.Root>, "children"> & {
  options: readonly RadioCard[];
  columns?: 1 | 2 | 3;
};

const COLUMNS = { 1: "", 2: "sm:grid-cols-2", 3: "sm:grid-cols-3" };

/** A choice that deserves a sentence per option. Arrow keys move, as in any radio group. */
export function RadioCards({ options, columns = 2, className, ...props }: RadioCardsProps) {
  return (
    <RadioGroup.Root className={cn("grid gap-2", COLUMNS[columns], className)} {...props}>
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          {...(option.disabled ? { disabled: true } : {})}
          className="group control-ring flex items-start gap-3 rounded-lg border border-border bg-card p-3 text-left shadow-control hover:border-border-strong disabled:opacity-55 data-[state=checked]:border-primary data-[state=checked]:bg-primary-soft/45"
        >
          {option.icon && (
            <span className="mt-0.5 text-muted-foreground group-data-[state=checked]:text-primary-ink [&_svg]:size-4.5">
              {option.icon}
            </span>
          )}
          <span className="grid min-w-0 flex-1 gap-0.5">
            <span className="font-medium text-sm">{option.label}</span>
            {option.hint && <span className="text-muted-foreground text-xs">{option.hint}</span>}
          </span>
          <span
            aria-hidden="true"
            className="mt-0.5 size-4 shrink-0 rounded-full border border-border-strong bg-card group-data-[state=checked]:border-[5px] group-data-[state=checked]:border-primary"
          />
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
