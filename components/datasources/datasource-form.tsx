"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { FormProvider, useForm, useWatch } from "react-hook-form";
import { askFirstTest } from "#components/activity/use-first-test";
import { BaseFields, TypeField } from "#components/datasources/base-fields";
import { ConnectionResult } from "#components/datasources/connection-result";
import { type FormValues, inputOf, valuesOf } from "#components/datasources/form-values";
import { type TestConfig, useUnsavedTest } from "#components/datasources/use-unsaved-test";
import { FormActions } from "#components/forms/form-actions";
import { FormError } from "#components/forms/form-error";
import { SchemaFields } from "#components/forms/schema-fields";
import { UnsavedGuard } from "#components/forms/unsaved-guard";
import { useActionForm } from "#components/forms/use-action-form";
import { Button } from "#components/ui/button";
import { Section } from "#components/ui/card";
import { toast } from "#components/ui/toaster";
import type { ActionResult } from "#lib/core/action-result";
import { SECRET_MASK } from "#lib/core/secret";
import type { Datasource } from "#lib/features/datasources/schema";
import type { DatasourceTypeInfo } from "#lib/features/datasources/types-query";

type DatasourceInput = ReturnType<typeof inputOf>;

type DatasourceFormProps = {
  types: readonly DatasourceTypeInfo[];
  /** Absent for a new one. */
  datasource?: Datasource;
  create: (input: DatasourceInput) => Promise<ActionResult<Datasource>>;
  update: (input: DatasourceInput & { id: string }) => Promise<ActionResult<Datasource>>;
  test: TestConfig;
};

export function DatasourceForm({ types, datasource, create, update, test }: DatasourceFormProps) {
  const t = useTranslations("datasources");
  const router = useRouter();
  const form = useForm<FormValues>({ defaultValues: valuesOf(types, datasource) });
  const type = useWatch({ control: form.control, name: "type" });
  const specs = types.find((each) => each.type === type)?.fields ?? [];
  const stored = specs.filter((spec) => datasource?.connectionConfig[spec.name] === SECRET_MASK);
  const { submit, pending, error } = useActionForm({
    form,
    action: (input: DatasourceInput) =>
      datasource ? update({ ...input, id: datasource.id }) : create(input),
    toInput: (values) => inputOf(values, specs),
    onSuccess: (saved) => {
      if (!datasource) askFirstTest(saved.id);
      toast.success(datasource ? t("saved") : t("created"));
      router.push(`/datasources/${saved.id}`);
    },
  });
  const tried = useUnsavedTest({ form, specs, id: datasource?.id, test });
  return (
    <FormProvider {...form}>
      <UnsavedGuard when={form.formState.isDirty && !pending && !form.formState.isSubmitSuccessful} />
      <form method="post" onSubmit={submit} noValidate className="grid min-w-0 gap-5">
        <div className="max-w-4xl">
          <Section title={t("form.basics")} description={t("form.basicsText")}>
            {!datasource && <TypeField types={types} />}
            <BaseFields />
          </Section>
          <Section title={t("form.connection")} description={t("form.connectionText")}>
            <SchemaFields
              key={type}
              specs={specs}
              prefix="connection_config"
              storedSecrets={stored.map((spec) => spec.name)}
            />
            {tried.result && <ConnectionResult result={tried.result} />}
          </Section>
        </div>
        <FormError error={error} />
        <FormActions
          submitLabel={datasource ? t("form.save") : t("form.create")}
          pending={pending}
          cancelHref={datasource ? `/datasources/${datasource.id}` : "/datasources"}
        >
          <Button variant="outline" loading={tried.pending} onClick={tried.run}>
            {t("test.button")}
          </Button>
        </FormActions>
      </form>
    </FormProvider>
  );
}
