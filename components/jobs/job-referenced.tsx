"use client";

import { useTranslations } from "next-intl";
import { useWatch } from "react-hook-form";
import { FormField } from "#components/forms/form-field";
import type { Choice, JobValues } from "#components/jobs/job-values";
import { Combobox } from "#components/ui/combobox";
import { Input } from "#components/ui/input";
import { NumberInput } from "#components/ui/number-input";
import { Select } from "#components/ui/select";
import { Switch } from "#components/ui/switch";
import { TagInput } from "#components/ui/tag-input";
import { Textarea } from "#components/ui/textarea";

const at = (name: string) => `backup_options.referenced_files.${name}`;

/** Files that rows of the database name: found by a query, taken along with the backup. */
export function JobReferenced({ storages }: { storages: readonly Choice[] }) {
  const t = useTranslations("jobs.form.referenced");
  const enabled = useWatch<JobValues, "backup_options.referenced_files.enabled">({
    name: "backup_options.referenced_files.enabled",
  });
  return (
    <fieldset className="grid min-w-0 gap-4">
      <legend className="sr-only">{t("title")}</legend>
      <FormField name={at("enabled")} label={t("title")} hint={t("titleHint")} inline>
        {(control, field) => (
          <Switch {...control} checked={field.value} onCheckedChange={field.onChange} ref={field.ref} />
        )}
      </FormField>
      {enabled && (
        <div className="grid gap-4 border-l-2 pl-4">
          <Discovery />
          <Place storages={storages} />
          <Limits />
        </div>
      )}
    </fieldset>
  );
}

/** Which files: a query, and the column of its answer that holds their paths. */
function Discovery() {
  const t = useTranslations("jobs.form.referenced");
  const forms = useTranslations("forms");
  const required = (field: string) => ({ required: forms("required", { field }) });
  return (
    <>
      <FormField
        name={at("discovery_query")}
        label={t("query")}
        hint={t("queryHint")}
        required
        rules={required(t("query"))}
      >
        {(control, field) => (
          <Textarea
            {...control}
            {...field}
            mono
            rows={3}
            spellCheck={false}
            placeholder="SELECT path FROM attachments"
          />
        )}
      </FormField>
      <FormField
        name={at("path_column")}
        label={t("column")}
        hint={t("columnHint")}
        required
        rules={required(t("column"))}
        className="sm:max-w-80"
      >
        {(control, field) => (
          <Input
            {...control}
            {...field}
            maxLength={255}
            autoComplete="off"
            spellCheck={false}
            placeholder="path"
            className="font-mono text-xs"
          />
        )}
      </FormField>
    </>
  );
}

/** Where they lie: on the worker's machine, or on another one that an SSH storage leads to. */
function Place({ storages }: { storages: readonly Choice[] }) {
  const t = useTranslations("jobs.form.referenced");
  const form = useTranslations("jobs.form");
  const forms = useTranslations("forms");
  const place = useWatch<JobValues, "backup_options.referenced_files.source_type">({
    name: "backup_options.referenced_files.source_type",
  });
  const remote = storages.filter(({ type }) => type === "ssh");
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <FormField name={at("source_type")} label={t("place")} hint={t(`placeHint.${place}`)}>
          {(control, field) => (
            <Select
              {...control}
              value={field.value}
              onValueChange={field.onChange}
              options={(["local", "ssh"] as const).map((value) => ({ value, label: t(`places.${value}`) }))}
            />
          )}
        </FormField>
        {place === "ssh" && (
          <FormField
            name={at("source.storage_location_id")}
            label={t("login")}
            hint={remote.length === 0 ? t("loginNone") : t("loginHint")}
            required
            rules={{ required: forms("required", { field: t("login") }) }}
          >
            {(control, field) => (
              <Combobox
                {...control}
                value={field.value}
                onValueChange={field.onChange}
                onBlur={field.onBlur}
                ref={field.ref}
                placeholder={form("choose")}
                options={remote.map(({ id, name }) => ({ value: id, label: name }))}
              />
            )}
          </FormField>
        )}
      </div>
      <FormField
        name={at("base_directories")}
        label={t("bases")}
        hint={t("basesHint")}
        required
        rules={{ validate: (bases: string[]) => bases.length > 0 || t("basesRequired") }}
      >
        {(control, field) => (
          <TagInput
            id={control.id}
            aria-invalid={control["aria-invalid"]}
            aria-describedby={control["aria-describedby"]}
            ref={field.ref}
            value={field.value}
            onValueChange={field.onChange}
            placeholder="/srv/uploads"
            spellCheck={false}
            autoComplete="off"
            mono
          />
        )}
      </FormField>
    </>
  );
}

function Limits() {
  const t = useTranslations("jobs.form.referenced");
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <FormField name={at("missing_file_policy")} label={t("missing")}>
        {(control, field) => (
          <Select
            {...control}
            value={field.value}
            onValueChange={field.onChange}
            options={(["warn", "fail"] as const).map((value) => ({ value, label: t(`missings.${value}`) }))}
          />
        )}
      </FormField>
      <FormField name={at("max_files")} label={t("most")} hint={t("mostHint")}>
        {(control, { onChange, ...field }) => (
          <NumberInput {...control} {...field} onValueChange={onChange} min={1} max={1_000_000} />
        )}
      </FormField>
    </div>
  );
}
