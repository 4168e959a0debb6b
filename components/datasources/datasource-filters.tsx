"use client";

import { useTranslations } from "next-intl";
import { FilterBar, SelectFilter } from "#components/data-table/filter-bar";
import type { Datasource } from "#lib/features/datasources/schema";

type Props = {
  types: readonly Datasource["type"][];
  statuses: readonly Datasource["status"][];
  tags: readonly string[];
};

export function DatasourceFilters({ types, statuses, tags }: Props) {
  const t = useTranslations("datasources");
  return (
    <FilterBar keys={["type", "status", "tag"]}>
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
      {tags.length > 0 && (
        <SelectFilter
          param="tag"
          label={t("columns.tag")}
          options={tags.map((value) => ({ value, label: value }))}
        />
      )}
    </FilterBar>
  );
}
