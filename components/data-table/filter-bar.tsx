"use client";

import { X } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useTransition } from "react";
import { Button } from "#components/ui/button";
import { cn } from "#components/ui/cn";
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
