"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import { FilterBar, SelectFilter, useListParams } from "#components/data-table/filter-bar";
import { Input } from "#components/ui/input";
import { EXECUTION_STATUSES, OPERATIONS } from "#lib/features/executions/schema";

type Choice = { id: string; name: string };
type ExecutionFiltersProps = { jobs: readonly Choice[]; datasources: readonly Choice[] };

const KEYS = ["status", "operation", "job_id", "datasource_id", "from", "to"] as const;

export function ExecutionFilters({ jobs, datasources }: ExecutionFiltersProps) {
  const t = useTranslations("executions");
  const options = (choices: readonly Choice[]) => choices.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <FilterBar keys={KEYS}>
      <SelectFilter
        param="status"
        label={t("columns.status")}
        options={EXECUTION_STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
      />
      <SelectFilter
        param="operation"
        label={t("columns.operation")}
        options={OPERATIONS.map((value) => ({ value, label: t(`operation.${value}`) }))}
      />
      {jobs.length > 0 && <SelectFilter param="job_id" label={t("filters.job")} options={options(jobs)} />}
      {datasources.length > 0 && (
        <SelectFilter param="datasource_id" label={t("filters.datasource")} options={options(datasources)} />
      )}
      <DayFilter param="from" label={t("filters.from")} />
      <DayFilter param="to" label={t("filters.to")} />
    </FilterBar>
  );
}

function DayFilter({ param, label }: { param: string; label: string }) {
  const { params, change } = useListParams();
  const id = useId();
  return (
    <div className="flex items-center gap-2 text-muted-foreground text-sm max-sm:w-full">
      <label htmlFor={id} className="max-sm:w-10">
        {label}
      </label>
      <Input
        id={id}
        type="date"
        key={params.get(param)}
        defaultValue={params.get(param) ?? ""}
        onChange={(event) => {
          // While a date is being typed the browser reports years such as 0002.
          const day = event.target.value;
          if (day === "" || day >= "2000") change({ [param]: day });
        }}
        className="w-36 tabular max-sm:w-full"
      />
    </div>
  );
}
