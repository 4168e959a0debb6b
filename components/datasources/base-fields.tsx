"use client";

import { useTranslations } from "next-intl";
import { useFormContext } from "react-hook-form";
import type { FormValues } from "#components/datasources/form-values";
import { TypeIcon } from "#components/datasources/type-icon";
import { FormField } from "#components/forms/form-field";
import { Input } from "#components/ui/input";
import { RadioCards } from "#components/ui/radio-cards";
import { Switch } from "#components/ui/switch";
import { TagInput } from "#components/ui/tag-input";
import { defaultValuesOf } from "#lib/core/fields";
import type { DatasourceTypeInfo } from "#lib/features/datasources/types-query";

/** Changing the type starts the connection anew; only types that can be backed up are offered. */
export function TypeField({ types }: { types: readonly DatasourceTypeInfo[] }) {
  const t = useTranslations("datasources");
  const { setValue, clearErrors } = useFormContext<FormValues>();
  return (
    <FormField name="type" label={t("columns.type")}>
      {(control, field) => (
        <RadioCards
          {...control}
          value={String(field.value)}
          columns={types.length > 2 ? 3 : 2}
          onValueChange={(next) => {
            const specs = types.find((type) => type.type === next)?.fields ?? [];
            setValue("connection_config", defaultValuesOf(specs));
            clearErrors("connection_config");
            field.onChange(next);
          }}
          options={types.map(({ type }) => ({
            value: type,
            label: t(`types.${type}`),
            hint: t(`typeHints.${type}`),
            icon: <TypeIcon type={type} className="size-4.5" />,
          }))}
        />
      )}
    </FormField>
  );
}

export function BaseFields() {
  const t = useTranslations("datasources.form");
  return (
    <>
      <FormField
        name="name"
        label={t("name")}
        hint={t("nameHint")}
        required
        rules={{
          validate: (value: string) => value.trim() !== "" || t("nameRequired"),
          maxLength: { value: 100, message: t("nameLong") },
        }}
      >
        {(control, field) => <Input {...control} {...field} value={String(field.value)} autoComplete="off" />}
      </FormField>
      <FormField name="tags" label={t("tags")} hint={t("tagsHint")} optional>
        {(control, { value, onChange, ref: _ref, ...field }) => (
          <TagInput {...control} {...field} value={value as string[]} onValueChange={onChange} />
        )}
      </FormField>
      <FormField name="enabled" label={t("enabled")} hint={t("enabledHint")} inline>
        {(control, { value, onChange, ...field }) => (
          <Switch {...control} {...field} checked={value === true} onCheckedChange={onChange} />
        )}
      </FormField>
    </>
  );
}
