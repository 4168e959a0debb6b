"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { FormProvider, useForm, useWatch } from "react-hook-form";
import { askFirstTest } from "#components/activity/use-first-test";
import { FormActions } from "#components/forms/form-actions";
import { FormError } from "#components/forms/form-error";
import { SchemaFields } from "#components/forms/schema-fields";
import { UnsavedGuard } from "#components/forms/unsaved-guard";
import { useActionForm } from "#components/forms/use-action-form";
import { BaseFields, TypeField } from "#components/storage/base-fields";
import { type FormValues, inputOf, valuesOf } from "#components/storage/form-values";
import { StorageTestResult } from "#components/storage/test-result";
import { type TestConfig, useUnsavedTest } from "#components/storage/use-unsaved-test";
import { Button } from "#components/ui/button";
import { Section } from "#components/ui/card";
import { toast } from "#components/ui/toaster";
import type { ActionResult } from "#lib/core/action-result";
import { SECRET_MASK } from "#lib/core/secret";
import type { StorageLocation } from "#lib/features/storage-locations/schema";
import type { StorageTypeInfo } from "#lib/features/storage-locations/types-query";

type StorageInput = ReturnType<typeof inputOf>;
type Config = Record<string, unknown>;

type StorageFormProps = {
  types: readonly StorageTypeInfo[];
  localRoots: readonly string[];
  /** Absent for a new one. */
  storage?: StorageLocation;
  create: (input: StorageInput & { config: Config }) => Promise<ActionResult<StorageLocation>>;
  update: (input: StorageInput & { id: string }) => Promise<ActionResult<StorageLocation>>;
  test: TestConfig;
};

export function StorageForm({ types, localRoots, storage, create, update, test }: StorageFormProps) {
  const t = useTranslations("storage");
  const router = useRouter();
  const form = useForm<FormValues>({ defaultValues: valuesOf(types, localRoots, storage) });
  const { isDirty, dirtyFields, isSubmitSuccessful } = form.formState;
  const type = useWatch({ control: form.control, name: "type" });
  const specs = types.find((each) => each.type === type)?.fields ?? [];
  const stored = specs.filter((spec) => storage?.config[spec.name] === SECRET_MASK);
  const { submit, pending, error } = useActionForm({
    form,
    action: (input: StorageInput) =>
      storage ? update({ ...input, id: storage.id }) : create({ config: {}, ...input }),
    toInput: (values) => inputOf(values, specs, !storage || dirtyFields.config !== undefined),
    onSuccess: (saved) => {
      if (!storage) askFirstTest(saved.id);
      toast.success(storage ? t("saved") : t("created"));
      router.push(`/storage/${saved.id}`);
    },
  });
  const tried = useUnsavedTest({ form, specs, id: storage?.id, test });
  return (
    <FormProvider {...form}>
      <UnsavedGuard when={isDirty && !pending && !isSubmitSuccessful} />
      <form method="post" onSubmit={submit} noValidate className="grid min-w-0 gap-5">
        <div className="max-w-4xl">
          <Section title={t("form.basics")} description={t("form.basicsText")}>
            {!storage && <TypeField types={types} localRoots={localRoots} />}
            <BaseFields lockedDefault={storage?.isDefault ?? false} />
          </Section>
          <Section
            title={t("form.place")}
            description={
              type === "local" ? t("form.localText", { root: localRoots.join(", ") }) : t("form.placeText")
            }
          >
            <SchemaFields
              key={type}
              specs={specs}
              prefix="config"
              storedSecrets={stored.map((spec) => spec.name)}
            />
            {tried.result && <StorageTestResult result={tried.result} />}
          </Section>
        </div>
        <FormError error={error} />
        <FormActions
          submitLabel={storage ? t("form.save") : t("form.create")}
          pending={pending}
          cancelHref={storage ? `/storage/${storage.id}` : "/storage"}
        >
          <Button variant="outline" loading={tried.pending} onClick={tried.run}>
            {t("test.button")}
          </Button>
        </FormActions>
      </form>
    </FormProvider>
  );
}
