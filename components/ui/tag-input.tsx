"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, useState } from "react";
import { cn } from "#components/ui/cn";
import { controlVariants } from "#components/ui/input";

type TagInputProps = Omit<ComponentProps<"input">, "value" | "onChange" | "size"> & {
  value: readonly string[];
  onValueChange: (value: string[]) => void;
  mono?: boolean;
};

/** A list of short texts. Enter, comma or leaving the field adds; backspace in the empty field removes. */
export function TagInput({
  value,
  onValueChange,
  mono = false,
  className,
  placeholder,
  disabled,
  ...props
}: TagInputProps) {
  const t = useTranslations("common");
  const [draft, setDraft] = useState("");

  function add(text: string) {
    const parts = text
      .split(/[,\n]/)
      .map((part) => part.trim())
      .filter((part) => part !== "");
    if (parts.length > 0) onValueChange([...new Set([...value, ...parts])]);
    setDraft("");
  }

  return (
    <div
      className={cn(
        controlVariants(),
        "flex min-h-8 flex-wrap items-center gap-1 p-1 focus-within:border-ring focus-within:ring-3 focus-within:ring-ring/25",
        props["aria-invalid"] && "border-danger",
        className,
      )}
    >
      {value.map((tag) => (
        <span
          key={tag}
          className={cn(
            "inline-flex h-5.5 max-w-full items-center gap-0.5 rounded-sm bg-secondary pl-1.5 text-xs",
            mono && "font-mono",
          )}
        >
          <span className="truncate">{tag}</span>
          <button
            type="button"
            disabled={disabled}
            aria-label={t("removeItem", { item: tag })}
            onClick={() => onValueChange(value.filter((other) => other !== tag))}
            className="flex size-5.5 items-center justify-center rounded-sm text-muted-foreground hover:text-foreground"
          >
            <X className="size-3" />
          </button>
        </span>
      ))}
      <input
        value={draft}
        disabled={disabled}
        placeholder={value.length === 0 ? placeholder : undefined}
        onChange={(event) => {
          if (/[,\n]/.test(event.target.value)) add(event.target.value);
          else setDraft(event.target.value);
        }}
        onBlur={() => add(draft)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && draft !== "") {
            event.preventDefault();
            add(draft);
          } else if (event.key === "Backspace" && draft === "" && value.length > 0) {
            onValueChange(value.slice(0, -1));
          }
        }}
        className={cn(
          "h-5.5 min-w-24 flex-1 bg-transparent px-1.5 outline-none placeholder:text-faint",
          mono && "font-mono text-xs",
        )}
        {...props}
      />
    </div>
  );
}
