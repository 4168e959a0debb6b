"use client";

import { useTranslations } from "next-intl";
import { useFormContext } from "react-hook-form";
import { FormField } from "#components/forms/form-field";
import { type FormValues, startOf } from "#components/storage/form-values";
import { StorageTypeIcon } from "#components/storage/type-icon";
import { Input } from "#components/ui/input";
import { RadioCards } from "#components/ui/radio-cards";
import { Switch } from "#components/ui/switch";
import type { StorageTypeInfo } from "#lib/features/storage-locations/types-query";

type TypeFieldProps = { types: readonly StorageTypeInfo[]; localRoots: readonly string[] };

/** Changing the type starts the place anew; only types that can be written to are offered. */
export function TypeField({ types, localRoots }: TypeFieldProps) {
  const t = useTranslations("storage");
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
            setValue("config", startOf(specs, next, localRoots));
            clearErrors("config");
            field.onChange(next);
          }}
          options={types.map(({ type }) => ({
            value: type,
            label: t(`types.${type}`),
            hint: t(`typeHints.${type}`),
            icon: <StorageTypeIcon type={type} className="size-4.5" />,
          }))}
        />
      )}
    </FormField>
  );
}

/** The default stays default until another location takes its place. */
export function BaseFields({ lockedDefault }: { lockedDefault: boolean }) {
  const t = useTranslations("storage.form");
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
      <FormField
        name="isDefault"
        label={t("default")}
        hint={lockedDefault ? t("defaultLocked") : t("defaultHint")}
        inline
      >
        {(control, { value, onChange, ...field }) => (
          <Switch
            {...control}
            {...field}
            disabled={lockedDefault}
            checked={value === true}
            onCheckedChange={onChange}
          />
        )}
      </FormField>
    </>
  );
}
