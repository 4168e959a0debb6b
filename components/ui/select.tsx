"use client";

import { Check, ChevronDown, ChevronUp } from "lucide-react";
import { Select as Primitive } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "#components/ui/cn";
import { controlVariants } from "#components/ui/input";

export type SelectOption = { value: string; label: ReactNode; hint?: ReactNode; disabled?: boolean };

type SelectProps = Omit<ComponentProps<typeof Primitive.Trigger>, "value" | "defaultValue" | "onChange"> & {
  value: string | undefined;
  onValueChange: (value: string) => void;
  options: readonly SelectOption[];
  placeholder?: string;
  size?: "sm" | "md";
};

/** A short list of choices; from about ten on take `Combobox`. An option's value must not be empty. */
export function Select({
  value,
  onValueChange,
  options,
  placeholder,
  size = "md",
  className,
  disabled,
  ...trigger
}: SelectProps) {
  return (
    <Primitive.Root
      value={value ?? ""}
      onValueChange={onValueChange}
      {...(disabled === undefined ? {} : { disabled })}
    >
      <Primitive.Trigger
        className={cn(
          controlVariants(),
          "flex items-center justify-between gap-2 px-2.5 text-left data-placeholder:text-faint",
          size === "sm" ? "h-7 text-xs max-md:text-xs" : "h-8",
          className,
        )}
        {...trigger}
      >
        <span className="truncate">
          {/* Given here, the words stand in the server's HTML too and not only once the list is known. */}
          <Primitive.Value placeholder={placeholder}>
            {options.find((option) => option.value === value)?.label}
          </Primitive.Value>
        </span>
        <Primitive.Icon asChild>
          <ChevronDown aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
        </Primitive.Icon>
      </Primitive.Trigger>
      <SelectContent options={options} />
    </Primitive.Root>
  );
}

function SelectContent({ options }: { options: readonly SelectOption[] }) {
  return (
    <Primitive.Portal>
      <Primitive.Content
        position="popper"
        sideOffset={4}
        collisionPadding={8}
        className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) max-w-96 overflow-hidden rounded-lg bg-popover text-popover-foreground shadow-overlay data-[state=open]:animate-pop-in"
      >
        <Primitive.ScrollUpButton className="flex justify-center py-0.5 text-faint">
          <ChevronUp className="size-3.5" />
        </Primitive.ScrollUpButton>
        <Primitive.Viewport className="p-1">
          {options.map((option) => (
            <Primitive.Item
              key={option.value}
              value={option.value}
              {...(option.disabled ? { disabled: true } : {})}
              className="relative flex select-none flex-col rounded-sm py-1.5 pr-8 pl-2 text-sm outline-none data-highlighted:bg-accent data-disabled:opacity-50"
            >
              <Primitive.ItemText>{option.label}</Primitive.ItemText>
              {option.hint && <span className="text-muted-foreground text-xs">{option.hint}</span>}
              <Primitive.ItemIndicator className="absolute top-2 right-2">
                <Check className="size-4 text-primary-ink" />
              </Primitive.ItemIndicator>
            </Primitive.Item>
          ))}
        </Primitive.Viewport>
        <Primitive.ScrollDownButton className="flex justify-center py-0.5 text-faint">
          <ChevronDown className="size-3.5" />
        </Primitive.ScrollDownButton>
      </Primitive.Content>
    </Primitive.Portal>
  );
}
