"use client";

import { useTranslations } from "next-intl";
import { FilterBar, SelectFilter } from "#components/data-table/filter-bar";
import type { StorageLocation } from "#lib/features/storage-locations/schema";

type Props = { types: readonly StorageLocation["type"][]; statuses: readonly StorageLocation["status"][] };

export function StorageFilters({ types, statuses }: Props) {
  const t = useTranslations("storage");
  return (
    <FilterBar keys={["type", "status"]}>
      {types.length > 1 && (
        <SelectFilter
          param="type"
          label={t("columns.type")}
          options={types.map((value) => ({ value, label: t(`types.${value}`) }))}
        />
      )}
      <SelectFilter
        param="status"
        label={t("columns.status")}
        options={statuses.map((value) => ({ value, label: t(`status.${value}`) }))}
      />
    </FilterBar>
  );
}
