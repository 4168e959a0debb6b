"use client";

import { useTranslations } from "next-intl";
import { FormField } from "#components/forms/form-field";
import type { ImportStorage, ImportTarget } from "#components/imports/import-values";
import { Combobox } from "#components/ui/combobox";
import { Input } from "#components/ui/input";
import { Switch } from "#components/ui/switch";

type TargetFieldsProps = {
  targets: readonly ImportTarget[];
  target: ImportTarget | undefined;
};

/** Where the file's data goes. */
export function TargetFields({ targets, target }: TargetFieldsProps) {
  const t = useTranslations("restore.options");
  const forms = useTranslations("forms");
  const usual = target?.database ?? null;
  const otherwise = target?.wholeServer ? "databaseHintServer" : "databaseHint";
  return (
    <>
      <FormField
        name="target_datasource_id"
        label={t("target")}
        required
        rules={{ required: forms("required", { field: t("target") }) }}
      >
        {(control, field) => (
          <Combobox
            {...control}
            value={field.value}
            onValueChange={field.onChange}
            onBlur={field.onBlur}
            ref={field.ref}
            placeholder={t("choose")}
            options={targets.map(({ id, name, type, host, database }) => ({
              value: id,
              label: name,
              hint: type,
              keywords: `${host ?? ""} ${database ?? ""}`,
            }))}
          />
        )}
      </FormField>
      {target?.severalDatabases && (
        <FormField
          name="target_database"
          label={t("database")}
          hint={usual ? t("databaseHintNamed", { name: usual }) : t(otherwise)}
          optional
        >
          {(control, field) => (
            <Input
              {...control}
              {...field}
              placeholder={usual ?? undefined}
              maxLength={255}
              autoComplete="off"
              spellCheck={false}
              className="font-mono text-xs"
            />
          )}
        </FormField>
      )}
      <FormField name="drop_existing" label={t("drop")} hint={t("dropHint")} inline>
        {(control, field) => (
          <Switch {...control} checked={field.value} onCheckedChange={field.onChange} ref={field.ref} />
        )}
      </FormField>
    </>
  );
}

/** Where the file itself is kept, as a backup like any other. */
export function StorageFields({ storages }: { storages: readonly ImportStorage[] }) {
  const t = useTranslations("imports.where");
  if (storages.length === 0) return <p className="text-muted-foreground text-sm">{t("default")}</p>;
  return (
    <FormField name="storage_location_id" label={t("label")}>
      {(control, field) => (
        <Combobox
          {...control}
          value={field.value}
          onValueChange={field.onChange}
          onBlur={field.onBlur}
          ref={field.ref}
          options={storages.map(({ id, name, type }) => ({ value: id, label: name, hint: type }))}
        />
      )}
    </FormField>
  );
}
