"use client";

import { useTranslations } from "next-intl";
import { useWatch } from "react-hook-form";
import { CronInput } from "#components/forms/cron-input";
import { FormField } from "#components/forms/form-field";
import { TimeZoneSelect } from "#components/forms/time-zone-select";
import type { JobValues } from "#components/jobs/job-values";
import { Section } from "#components/ui/card";
import { Switch } from "#components/ui/switch";
import { validateCron } from "#lib/core/schedule";

export function JobSchedule() {
  const t = useTranslations("jobs.form");
  const timeZone = useWatch<JobValues, "schedule_timezone">({ name: "schedule_timezone" });
  return (
    <Section title={t("schedule.title")} description={t("schedule.description")}>
      <FormField
        name="schedule_cron"
        label={t("schedule.when")}
        rules={{ validate: (cron: string) => validateCron(cron, timeZone) ?? true }}
      >
        {(control, field) => (
          <CronInput {...control} value={field.value} onValueChange={field.onChange} timeZone={timeZone} />
        )}
      </FormField>
      <FormField name="schedule_timezone" label={t("schedule.timeZone")} className="max-w-80">
        {(control, field) => (
          <TimeZoneSelect
            {...control}
            value={field.value}
            onValueChange={field.onChange}
            onBlur={field.onBlur}
            ref={field.ref}
          />
        )}
      </FormField>
      <FormField name="enabled" label={t("schedule.enabled")} hint={t("schedule.enabledHint")} inline>
        {(control, field) => (
          <Switch {...control} checked={field.value} onCheckedChange={field.onChange} ref={field.ref} />
        )}
      </FormField>
    </Section>
  );
}
