"use client";

import { useTranslations } from "next-intl";
import { FormField } from "#components/forms/form-field";
import { JobDatabases, type LoadDatabases } from "#components/jobs/job-databases";
import type { DatasourceChoice } from "#components/jobs/job-values";
import { Section } from "#components/ui/card";
import { Combobox } from "#components/ui/combobox";
import { Input } from "#components/ui/input";

type JobGeneralProps = {
  datasources: readonly DatasourceChoice[];
  chosen: DatasourceChoice | undefined;
  loadDatabases: LoadDatabases;
};

/** What is backed up. */
export function JobGeneral({ datasources, chosen, loadDatabases }: JobGeneralProps) {
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
      <FormField name="datasource_id" label={t("datasource")} required rules={required(t("datasource"))}>
        {(control, field) => (
          <Combobox
            {...control}
            value={field.value}
            onValueChange={field.onChange}
            onBlur={field.onBlur}
            ref={field.ref}
            options={datasources.map(({ id, name, type }) => ({ value: id, label: name, hint: type }))}
            placeholder={t("choose")}
          />
        )}
      </FormField>
      {chosen?.can.databases && <JobDatabases key={chosen.id} datasource={chosen} load={loadDatabases} />}
    </Section>
  );
}
