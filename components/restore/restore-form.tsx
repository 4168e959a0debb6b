"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { FormProvider, useForm } from "react-hook-form";
import { FormError } from "#components/forms/form-error";
import { useActionForm } from "#components/forms/use-action-form";
import { isDeclined, type ServerCommand, useApprovedCommand } from "#components/forms/use-command";
import { BackupCard } from "#components/restore/backup-card";
import { RestoreConfirm } from "#components/restore/restore-confirm";
import { RestoreMode } from "#components/restore/restore-mode";
import { RestoreOptions } from "#components/restore/restore-options";
import { ANY_COPY, inputOf, type RestoreValues, type Target } from "#components/restore/restore-values";
import type { RestoreInput } from "#lib/features/backups/schema";
import type { ExecutionDetail, QueuedExecution } from "#lib/features/executions/schema";

type RestoreFormProps = {
  backup: ExecutionDetail;
  targets: readonly Target[];
  may: { restore: boolean; verify: boolean };
  restore: ServerCommand<RestoreInput, QueuedExecution>;
};

/** From a backup to a queued restore: what, where to, exactly what will happen, and a typed yes. */
export function RestoreForm({ backup, targets, may, restore }: RestoreFormProps) {
  const t = useTranslations("restore");
  const router = useRouter();
  const approved = useApprovedCommand(restore);
  const form = useForm<RestoreValues>({
    defaultValues: {
      mode: may.verify ? "verify" : "restore",
      target_datasource_id: (targets.find(({ origin }) => origin) ?? targets[0])?.id ?? "",
      storage_location_id: ANY_COPY,
      drop_existing: true,
      keep_verification_database: false,
      tables: [],
      target_database: backup.databaseName ?? "",
      confirmation_phrase: "",
    },
  });
  const { submit, pending, error } = useActionForm({
    form,
    action: approved,
    toInput: (values) =>
      inputOf(
        backup.id,
        values,
        targets.find(({ id }) => id === values.target_datasource_id),
      ),
    onSuccess: ({ executionId }) => router.push(`/executions/${executionId}`),
  });
  const shown = error && isDeclined({ ok: false, error }) ? null : error;
  return (
    <FormProvider {...form}>
      <form
        onSubmit={submit}
        noValidate
        className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,1fr)_22rem]"
      >
        <div className="grid min-w-0 gap-6">
          <RestoreMode may={may} />
          <RestoreOptions backup={backup} targets={targets} />
          <FormError error={shown} title={t("refused")} />
          <RestoreConfirm backup={backup} targets={targets} pending={pending} />
        </div>
        <BackupCard backup={backup} />
      </form>
    </FormProvider>
  );
}
