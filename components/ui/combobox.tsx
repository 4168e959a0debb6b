"use client";

import { Check, ChevronsUpDown, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, type KeyboardEvent, useId, useMemo, useState } from "react";
import { cn } from "#components/ui/cn";
import { controlVariants } from "#components/ui/input";
import { Popover, PopoverContent, PopoverTrigger } from "#components/ui/popover";

export type ComboboxOption = { value: string; label: string; hint?: string; keywords?: string };

type ComboboxProps = Omit<ComponentProps<"button">, "value" | "onChange"> & {
  value: string | undefined;
  onValueChange: (value: string) => void;
  options: readonly ComboboxOption[];
  placeholder?: string;
  searchPlaceholder?: string;
};

const SHOWN = 80;
const fold = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{M}|[_/-]/gu, " ")
    .toLowerCase();

function matching(options: readonly ComboboxOption[], query: string) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return options
    .filter((option) => {
      const text = fold(`${option.label} ${option.keywords ?? ""} ${option.hint ?? ""}`);
      return words.every((word) => text.includes(word));
    })
    .slice(0, SHOWN);
}

/** A searchable choice. The list shows at most 80 matches: typing narrows it. */
export function Combobox({
  value,
  onValueChange,
  options,
  placeholder,
  searchPlaceholder,
  className,
  ...button
}: ComboboxProps) {
  const t = useTranslations("common");
  const [open, setOpen] = useState(false);
  const selected = options.find((option) => option.value === value);
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <button
          type="button"
          role="combobox"
          aria-expanded={open}
          className={cn(
            controlVariants(),
            "flex h-8 items-center justify-between gap-2 px-2.5 text-left",
            className,
          )}
          {...button}
        >
          <span className={cn("truncate", !selected && "text-faint")}>
            {selected?.label ?? (value || placeholder)}
          </span>
          <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
        </button>
      </PopoverTrigger>
      <PopoverContent
        aria-label={searchPlaceholder ?? t("search")}
        className="w-(--radix-popover-trigger-width) min-w-56 p-0"
      >
        <Options
          options={options}
          value={value}
          searchPlaceholder={searchPlaceholder}
          onPick={(picked) => {
            onValueChange(picked);
            setOpen(false);
          }}
        />
      </PopoverContent>
    </Popover>
  );
}

type OptionsProps = {
  options: readonly ComboboxOption[];
  value: string | undefined;
  searchPlaceholder: string | undefined;
  onPick: (value: string) => void;
};

function Options({ options, value, searchPlaceholder, onPick }: OptionsProps) {
  const t = useTranslations("common");
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const listId = useId();
  const found = useMemo(() => matching(options, query), [options, query]);

  function onKeyDown(event: KeyboardEvent) {
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = moves[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setActive((at) => Math.min(found.length - 1, Math.max(0, at + step)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const option = found[active];
      if (option) onPick(option.value);
    }
  }

  return (
    <>
      <div className="flex items-center gap-2 border-b px-2.5">
        <Search aria-hidden="true" className="size-3.5 text-faint" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={found[active] ? `${listId}-${active}` : undefined}
          aria-label={searchPlaceholder ?? t("search")}
          placeholder={searchPlaceholder ?? t("search")}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          className="h-9 min-w-0 flex-1 bg-transparent text-sm outline-none placeholder:text-faint max-md:text-[16px]"
        />
      </div>
      <div id={listId} role="listbox" aria-label={t("options")} className="max-h-64 overflow-y-auto p-1">
        {found.map((option, index) => (
          <ComboboxItem
            key={option.value}
            id={`${listId}-${index}`}
            option={option}
            active={index === active}
            selected={option.value === value}
            onPick={onPick}
            onHover={() => setActive(index)}
          />
        ))}
      </div>
      {found.length === 0 && <p className="px-3 pt-1 pb-3 text-muted-foreground text-sm">{t("noMatches")}</p>}
    </>
  );
}

type ComboboxItemProps = {
  id: string;
  option: ComboboxOption;
  active: boolean;
  selected: boolean;
  onPick: (value: string) => void;
  onHover: () => void;
};

function ComboboxItem({ id, option, active, selected, onPick, onHover }: ComboboxItemProps) {
  return (
    <button
      type="button"
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      ref={active ? (node) => node?.scrollIntoView({ block: "nearest" }) : undefined}
      onPointerMove={onHover}
      onClick={() => onPick(option.value)}
      className={cn(
        "flex w-full items-center gap-2 rounded-sm px-2 py-1.5 text-left text-sm",
        active && "bg-accent",
      )}
    >
      <span className="min-w-0 flex-1 truncate">{option.label}</span>
      {option.hint && <span className="shrink-0 text-muted-foreground text-xs tabular">{option.hint}</span>}
      <Check
        aria-hidden="true"
        className={cn("size-4 shrink-0 text-primary-ink", !selected && "invisible")}
      />
    </button>
  );
}
