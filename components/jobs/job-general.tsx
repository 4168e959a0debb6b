"use client";

import { useTranslations } from "next-intl";
import { FormField } from "#components/forms/form-field";
import type { Choice } from "#components/jobs/job-values";
import { Section } from "#components/ui/card";
import { Combobox } from "#components/ui/combobox";
import { Input } from "#components/ui/input";

type JobGeneralProps = { datasources: readonly Choice[]; storages: readonly Choice[] };

/** What is backed up, and where to. */
export function JobGeneral({ datasources, storages }: JobGeneralProps) {
  const t = useTranslations("jobs.form");
  const required = (field: string) => ({ required: t("required", { field }) });
  return (
    <Section title={t("general.title")} description={t("general.description")}>
      <FormField name="name" label={t("name")} required rules={required(t("name"))}>
        {(control, field) => (
          <Input
            {...control}
            {...field}
            maxLength={100}
            autoComplete="off"
            placeholder={t("namePlaceholder")}
          />
        )}
      </FormField>
      <div className="grid gap-4 sm:grid-cols-2">
        <FormField name="datasource_id" label={t("datasource")} required rules={required(t("datasource"))}>
          {(control, field) => (
            <Combobox
              {...control}
              value={field.value}
              onValueChange={field.onChange}
              onBlur={field.onBlur}
              ref={field.ref}
              options={datasources.map(toOption)}
              placeholder={t("choose")}
            />
          )}
        </FormField>
        <FormField name="storage_location_id" label={t("storage")} required rules={required(t("storage"))}>
          {(control, field) => (
            <Combobox
              {...control}
              value={field.value}
              onValueChange={field.onChange}
              onBlur={field.onBlur}
              ref={field.ref}
              options={storages.map(toOption)}
              placeholder={t("choose")}
            />
          )}
        </FormField>
      </div>
    </Section>
  );
}

const toOption = ({ id, name, type }: Choice) => ({ value: id, label: name, hint: type });
