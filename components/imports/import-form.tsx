"use client";

import { useTranslations } from "next-intl";
import { FormProvider, useForm, useWatch } from "react-hook-form";
import { FormError } from "#components/forms/form-error";
import { UnsavedGuard } from "#components/forms/unsaved-guard";
import { FileField } from "#components/imports/file-field";
import { ImportConfirm } from "#components/imports/import-confirm";
import { StorageFields, TargetFields } from "#components/imports/import-fields";
import type { ImportStorage, ImportTarget, ImportValues } from "#components/imports/import-values";
import { type CheckImport, useImport } from "#components/imports/use-import";
import { Section } from "#components/ui/card";

type ImportFormProps = {
  targets: readonly ImportTarget[];
  storages: readonly ImportStorage[];
  check: CheckImport;
};

/** A backup file from outside: which, where to, and a typed yes; then it is sent. */
export function ImportForm({ targets, storages, check }: ImportFormProps) {
  const t = useTranslations("imports");
  const form = useForm<ImportValues>({
    defaultValues: {
      file: null,
      target_datasource_id: targets.length === 1 ? (targets[0]?.id ?? "") : "",
      storage_location_id: (storages.find(({ isDefault }) => isDefault) ?? storages[0])?.id ?? "",
      target_database: "",
      drop_existing: true,
      confirmation_phrase: "",
    },
  });
  const { submit, pending, error, sent, cancel } = useImport(form, targets, check);
  const chosen = useWatch({ control: form.control, name: "target_datasource_id" });
  const target = targets.find(({ id }) => id === chosen);
  const endings = target?.endings.map((ending) => `NAME${ending}`).join(", ");
  return (
    <FormProvider {...form}>
      <UnsavedGuard when={sent !== null && !form.formState.isSubmitSuccessful} />
      <form onSubmit={submit} noValidate className="grid min-w-0 max-w-4xl gap-6">
        <fieldset disabled={pending} className="min-w-0">
          <legend className="sr-only">{t("title")}</legend>
          <div>
            <Section title={t("what.title")} description={t("what.description")}>
              <TargetFields targets={targets} target={target} />
              <FileField
                hint={target && endings ? t("file.hintFor", { type: target.type, endings }) : t("file.hint")}
              />
            </Section>
            <Section title={t("where.title")} description={t("where.description")}>
              <StorageFields storages={storages} />
            </Section>
          </div>
        </fieldset>
        <FormError error={error} title={t("refused")} />
        <ImportConfirm
          target={target}
          storage={storages.find(({ id }) => id === form.watch("storage_location_id"))}
          pending={pending}
          sent={sent}
          onCancel={cancel}
        />
      </form>
    </FormProvider>
  );
}
