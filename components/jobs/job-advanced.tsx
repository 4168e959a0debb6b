"use client";

import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useFormContext, useWatch } from "react-hook-form";
import { FormField } from "#components/forms/form-field";
import { JobReferenced } from "#components/jobs/job-referenced";
import { type Choice, hasLevel, type JobValues } from "#components/jobs/job-values";
import { TableLists } from "#components/jobs/table-lists";
import { NumberInput } from "#components/ui/number-input";
import { Select } from "#components/ui/select";
import { COMPRESSIONS, type Compression, DEFAULT_LEVEL } from "#lib/core/backup-options";
import type { Capabilities } from "#lib/features/datasources/capabilities";

type JobAdvancedProps = { can: Capabilities | undefined; storages: readonly Choice[] };

/** Closed until it is asked for, or until something in it is wrong. */
export function JobAdvanced({ can, storages }: JobAdvancedProps) {
  const t = useTranslations("jobs.form.advanced");
  const { formState } = useFormContext<JobValues>();
  const [asked, setAsked] = useState(false);
  // Storages and databases have their fields further up.
  const {
    storage_targets: _t,
    databases: _d,
    storage_strategy: _s,
    ...wrong
  } = formState.errors.backup_options ?? {};
  const open = asked || Object.keys(wrong).length > 0;
  return (
    <details
      open={open}
      onToggle={(event) => setAsked(event.currentTarget.open)}
      className="group border-t pt-5"
    >
      <summary className="flex w-fit list-none items-center gap-2 rounded-sm [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden="true"
          className="size-4 text-muted-foreground transition-transform group-open:rotate-90"
        />
        <span className="font-semibold text-base">{t("title")}</span>
        <span className="text-muted-foreground text-sm max-sm:hidden">{t("description")}</span>
      </summary>
      <div className="grid gap-5 pt-5 lg:pl-66">
        <Compressing />
        {can?.tables && <TableLists />}
        {can?.unreadable && <Unreadable />}
        <Limits parallel={can?.parallel ?? false} />
        {can?.query && <JobReferenced storages={storages} />}
      </div>
    </details>
  );
}

function Compressing() {
  const t = useTranslations("jobs.form.advanced");
  const { setValue } = useFormContext<JobValues>();
  const compression = useWatch<JobValues, "backup_options.compression">({
    name: "backup_options.compression",
  });
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <FormField
        name="backup_options.compression"
        label={t("compression")}
        hint={t(`compressionHint.${compression}`)}
      >
        {(control, field) => (
          <Select
            {...control}
            value={field.value}
            onValueChange={(next) => {
              field.onChange(next);
              setValue("backup_options.compression_level", DEFAULT_LEVEL[next as Compression]);
            }}
            options={COMPRESSIONS.map((value) => ({ value, label: t(`compressions.${value}`) }))}
          />
        )}
      </FormField>
      {hasLevel(compression) && (
        <FormField name="backup_options.compression_level" label={t("level")} hint={t("levelHint")}>
          {(control, { onChange, ...field }) => (
            <NumberInput {...control} {...field} onValueChange={onChange} min={1} max={9} />
          )}
        </FormField>
      )}
    </div>
  );
}

/** Of a tree of files: what to do about those that the worker may not read. */
function Unreadable() {
  const t = useTranslations("jobs.form.advanced");
  const policy = useWatch<JobValues, "backup_options.unreadable_file_policy">({
    name: "backup_options.unreadable_file_policy",
  });
  return (
    <FormField
      name="backup_options.unreadable_file_policy"
      label={t("unreadable")}
      hint={t(`unreadableHint.${policy}`)}
      className="sm:max-w-80"
    >
      {(control, field) => (
        <Select
          {...control}
          value={field.value}
          onValueChange={field.onChange}
          options={(["fail", "warn"] as const).map((value) => ({ value, label: t(`unreadables.${value}`) }))}
        />
      )}
    </FormField>
  );
}

function Limits({ parallel }: { parallel: boolean }) {
  const t = useTranslations("jobs.form.advanced");
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {parallel && (
        <FormField name="backup_options.parallel_jobs" label={t("parallel")} hint={t("parallelHint")}>
          {(control, { onChange, ...field }) => (
            <NumberInput {...control} {...field} onValueChange={onChange} min={1} max={16} />
          )}
        </FormField>
      )}
      <FormField
        name="backup_options.max_file_size_mb"
        label={t("fileSize")}
        hint={t("fileSizeHint")}
        optional
      >
        {(control, { onChange, ...field }) => (
          <NumberInput {...control} {...field} onValueChange={onChange} min={1} max={1_048_576} unit="MB" />
        )}
      </FormField>
    </div>
  );
}
