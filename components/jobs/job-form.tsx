"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { FormProvider, useForm, useWatch } from "react-hook-form";
import { FormActions } from "#components/forms/form-actions";
import { FormError } from "#components/forms/form-error";
import { UnsavedGuard } from "#components/forms/unsaved-guard";
import { useActionForm } from "#components/forms/use-action-form";
import { JobAdvanced } from "#components/jobs/job-advanced";
import type { LoadDatabases } from "#components/jobs/job-databases";
import { JobGeneral } from "#components/jobs/job-general";
import { JobRetention } from "#components/jobs/job-retention";
import { JobSchedule } from "#components/jobs/job-schedule";
import { JobStorages } from "#components/jobs/job-storages";
import {
  type Choice,
  type DatasourceChoice,
  inputOf,
  isWholeServer,
  type JobInput,
  type JobValues,
  valuesOf,
} from "#components/jobs/job-values";
import { toast } from "#components/ui/toaster";
import type { ActionResult } from "#lib/core/action-result";
import type { BackupJob } from "#lib/features/backup-jobs/schema";

type JobFormProps = {
  /** The job to change, or null for a new one. */
  job: BackupJob | null;
  datasources: readonly DatasourceChoice[];
  storages: readonly Choice[];
  defaults: { datasourceId: string; storageLocationId: string; timeZone: string };
  create: (input: JobInput) => Promise<ActionResult<BackupJob>>;
  update: (input: JobInput & { id: string }) => Promise<ActionResult<BackupJob>>;
  loadDatabases: LoadDatabases;
};

export function JobForm(props: JobFormProps) {
  const { job, datasources, storages, defaults, create, update, loadDatabases } = props;
  const t = useTranslations("jobs.form");
  const router = useRouter();
  const form = useForm<JobValues>({ defaultValues: valuesOf(job, defaults) });
  const datasourceId = useWatch({ control: form.control, name: "datasource_id" });
  const mode = useWatch({ control: form.control, name: "databases_mode" });
  const chosen = datasources.find(({ id }) => id === datasourceId);
  // A backup of a whole server leaves nothing out.
  const can = chosen && isWholeServer(chosen, mode) ? { ...chosen.can, tables: false } : chosen?.can;
  const { submit, pending, error } = useActionForm({
    form,
    action: (input: JobInput) => (job ? update({ ...input, id: job.id }) : create(input)),
    toInput: (values) => inputOf(values, job, can),
    onSuccess: (saved) => {
      toast.success(t(job ? "saved" : "created", { name: saved.name }));
      router.push(`/jobs/${saved.id}`);
    },
  });
  return (
    <FormProvider {...form}>
      <UnsavedGuard when={form.formState.isDirty && !form.formState.isSubmitSuccessful} />
      <form onSubmit={submit} noValidate className="grid min-w-0 gap-6">
        <FormError error={error} />
        <div className="max-w-4xl">
          <JobGeneral datasources={datasources} chosen={chosen} loadDatabases={loadDatabases} />
          <JobStorages storages={storages} />
          <JobSchedule />
          <JobRetention gfs={job !== null && job.retentionPolicy.max_backups === undefined} />
          <JobAdvanced can={can} storages={storages} />
        </div>
        <FormActions
          submitLabel={t(job ? "save" : "create")}
          pending={pending}
          cancelHref={job ? `/jobs/${job.id}` : "/jobs"}
        />
      </form>
    </FormProvider>
  );
}
