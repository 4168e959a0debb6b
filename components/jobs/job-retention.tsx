"use client";

import { useTranslations } from "next-intl";
import { useWatch } from "react-hook-form";
import { FormField } from "#components/forms/form-field";
import type { JobValues } from "#components/jobs/job-values";
import { Section } from "#components/ui/card";
import { NumberInput } from "#components/ui/number-input";
import { Switch } from "#components/ui/switch";

/** `gfs`: the policy keeps days, weeks and months, set by the API; a number here takes its place. */
export function JobRetention({ gfs }: { gfs: boolean }) {
  const t = useTranslations("jobs.form");
  const policy = useWatch<JobValues, "retention_policy">({ name: "retention_policy" });
  return (
    <Section title={t("retention.title")} description={t("retention.description")}>
      <FormField
        name="retention_policy.auto_delete"
        label={t("retention.autoDelete")}
        hint={t("retention.autoDeleteHint")}
        inline
      >
        {(control, field) => (
          <Switch {...control} checked={field.value} onCheckedChange={field.onChange} ref={field.ref} />
        )}
      </FormField>
      <FormField
        name="retention_policy.max_backups"
        label={t("retention.maxBackups")}
        hint={gfs ? t("retention.gfsHint") : t("retention.maxBackupsHint")}
        required={!gfs}
        rules={{
          ...(gfs ? {} : { required: t("required", { field: t("retention.maxBackups") }) }),
          min: { value: 1, message: t("retention.atLeastOne") },
          max: { value: 10_000, message: t("atMost", { max: 10_000 }) },
        }}
      >
        {(control, { onChange, ...field }) => (
          <NumberInput
            {...control}
            {...field}
            onValueChange={onChange}
            min={1}
            max={10_000}
            disabled={!policy.auto_delete}
          />
        )}
      </FormField>
    </Section>
  );
}
