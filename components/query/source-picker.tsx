"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useTransition } from "react";
import { SOURCE_COOKIE } from "#components/query/preferences";
import { setPreference } from "#components/shell/cookie";
import { Combobox } from "#components/ui/combobox";
import { Spinner } from "#components/ui/spinner";
import type { QuerySource } from "#lib/features/datasources/schema";

/** Which datasource to look into; the next visit begins with it. */
export function SourcePicker({ sources, chosen }: { sources: readonly QuerySource[]; chosen: string }) {
  const t = useTranslations("query");
  const types = useTranslations("datasources.types");
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  useEffect(() => setPreference(SOURCE_COOKIE, chosen), [chosen]);
  return (
    <div className="flex min-w-0 items-center gap-2">
      {pending && <Spinner className="text-muted-foreground" />}
      <Combobox
        aria-label={t("source")}
        className="w-64 max-sm:w-[calc(100vw-2rem)]"
        value={chosen}
        onValueChange={(id) => startTransition(() => router.push(`/query?datasource=${id}`))}
        options={sources.map(({ id, name, type }) => ({ value: id, label: name, hint: types(type) }))}
        searchPlaceholder={t("sourceSearch")}
      />
    </div>
  );
}
