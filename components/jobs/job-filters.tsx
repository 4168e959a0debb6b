"use client";

import { useTranslations } from "next-intl";
import { FilterBar, SelectFilter } from "#components/data-table/filter-bar";

type Choice = { id: string; name: string };
type JobFiltersProps = { datasources: readonly Choice[]; storages: readonly Choice[] };

const KEYS = ["datasource_id", "storage_location_id", "enabled"] as const;

export function JobFilters({ datasources, storages }: JobFiltersProps) {
  const t = useTranslations("jobs.filters");
  const options = (choices: readonly Choice[]) => choices.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <FilterBar keys={KEYS}>
      {datasources.length > 0 && (
        <SelectFilter param="datasource_id" label={t("datasource")} options={options(datasources)} />
      )}
      {storages.length > 0 && (
        <SelectFilter param="storage_location_id" label={t("storage")} options={options(storages)} />
      )}
      <SelectFilter
        param="enabled"
        label={t("schedule")}
        options={[
          { value: "true", label: t("on") },
          { value: "false", label: t("off") },
        ]}
      />
    </FilterBar>
  );
}
