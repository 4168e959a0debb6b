"use client";

import { Search, X } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef, useState, useTransition } from "react";
import { Button } from "#components/ui/button";
import { cn } from "#components/ui/cn";
import { Input } from "#components/ui/input";
import { Select } from "#components/ui/select";
import { changedQuery } from "#lib/core/list-url";

/** Reads and writes one or more search parameters of the list's address. */
export function useListParams() {
  const params = useSearchParams();
  const router = useRouter();
  const path = usePathname();
  const [pending, startTransition] = useTransition();
  function change(changes: Readonly<Record<string, string | number | null>>) {
    const query = changedQuery(new URLSearchParams(window.location.search), changes);
    startTransition(() => router.replace(`${path}${query}`, { scroll: false }));
  }
  return { params, change, pending };
}

type FilterBarProps = {
  children: ReactNode;
  /** The parameters that "clear" removes; the button shows while one of them is set. */
  keys: readonly string[];
  className?: string;
};

export function FilterBar({ children, keys, className }: FilterBarProps) {
  const t = useTranslations("table");
  const { params, change } = useListParams();
  const active = keys.some((key) => params.get(key));
  return (
    <search className={cn("flex flex-wrap items-center gap-2", className)}>
      {children}
      {active && (
        <Button variant="ghost" onClick={() => change(Object.fromEntries(keys.map((key) => [key, null])))}>
          <X />
          {t("clearFilters")}
        </Button>
      )}
    </search>
  );
}

/** Waits a third of a second after the last key before it asks the server. */
export function SearchFilter({ param = "q", placeholder }: { param?: string; placeholder?: string }) {
  const t = useTranslations("common");
  const { params, change } = useListParams();
  const fromAddress = params.get(param) ?? "";
  const [text, setText] = useState(fromAddress);
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => setText(fromAddress), [fromAddress]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const words = placeholder ?? t("search");
  return (
    <div className="relative w-full sm:w-60">
      <Search
        aria-hidden="true"
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2.5 size-3.5 text-faint"
      />
      <Input
        type="search"
        aria-label={words}
        placeholder={words}
        value={text}
        onChange={(event) => {
          const next = event.target.value;
          setText(next);
          window.clearTimeout(timer.current);
          timer.current = window.setTimeout(() => change({ [param]: next.trim() }), 330);
        }}
        className="pl-8 [&::-webkit-search-cancel-button]:hidden"
      />
    </div>
  );
}

type SelectFilterProps = {
  param: string;
  /** Names the filter; shown while nothing is chosen. */
  label: string;
  options: readonly { value: string; label: ReactNode }[];
  className?: string;
};

const ALL = "__all";

export function SelectFilter({ param, label, options, className }: SelectFilterProps) {
  const t = useTranslations("table");
  const { params, change } = useListParams();
  const value = params.get(param);
  return (
    <Select
      aria-label={label}
      value={value ?? ALL}
      onValueChange={(next) => change({ [param]: next === ALL ? null : next })}
      options={[{ value: ALL, label: t("anyOf", { label }) }, ...options]}
      className={cn("w-auto min-w-32 max-w-52", value && "border-ring/60", className)}
    />
  );
}
