"use client";

import { useTranslations } from "next-intl";
import { useWatch } from "react-hook-form";
import { list } from "#components/executions/execution-metadata";
import { FormField } from "#components/forms/form-field";
import { ANY_COPY, type RestoreValues, type Target } from "#components/restore/restore-values";
import { Combobox } from "#components/ui/combobox";
import { Input } from "#components/ui/input";
import { Select } from "#components/ui/select";
import { Switch } from "#components/ui/switch";
import { TagInput } from "#components/ui/tag-input";
import type { ExecutionDetail } from "#lib/features/executions/schema";

type RestoreOptionsProps = { backup: ExecutionDetail; targets: readonly Target[] };

export function RestoreOptions({ backup, targets }: RestoreOptionsProps) {
  const t = useTranslations("restore.options");
  const mode = useWatch<RestoreValues, "mode">({ name: "mode" });
  return (
    <section className="grid gap-4">
      <h2 className="font-semibold text-base">{t("title")}</h2>
      <div className="grid gap-4 sm:grid-cols-2">
        <FormField name="target_datasource_id" label={t(mode === "verify" ? "server" : "target")}>
          {(control, field) => (
            <Combobox
              {...control}
              value={field.value}
              onValueChange={field.onChange}
              onBlur={field.onBlur}
              ref={field.ref}
              placeholder={t("choose")}
              options={targets.map(({ id, name, origin, host, database }) => ({
                value: id,
                label: name,
                keywords: `${host ?? ""} ${database ?? ""}`,
                ...(origin ? { hint: t("origin") } : host ? { hint: host } : {}),
              }))}
            />
          )}
        </FormField>
        <CopyField backup={backup} />
      </div>
      {mode === "verify" ? <VerifyOptions /> : <TargetOptions backup={backup} targets={targets} />}
    </section>
  );
}

/** Asked only where there is a choice. */
function CopyField({ backup }: { backup: ExecutionDetail }) {
  const t = useTranslations("restore.options");
  const stored = backup.copies.filter(({ status }) => status === "stored");
  if (stored.length < 2) return null;
  return (
    <FormField name="storage_location_id" label={t("copy")}>
      {(control, field) => (
        <Select
          {...control}
          value={field.value}
          onValueChange={field.onChange}
          options={[
            { value: ANY_COPY, label: t("anyCopy") },
            ...stored.map((copy) => ({ value: copy.storageLocationId, label: copy.storageLocationName })),
          ]}
        />
      )}
    </FormField>
  );
}

function VerifyOptions() {
  const t = useTranslations("restore.options");
  return (
    <FormField name="keep_verification_database" label={t("keep")} hint={t("keepHint")} inline>
      {(control, field) => (
        <Switch {...control} checked={field.value} onCheckedChange={field.onChange} ref={field.ref} />
      )}
    </FormField>
  );
}

function TargetOptions({ backup, targets }: RestoreOptionsProps) {
  const t = useTranslations("restore.options");
  const chosen = useWatch<RestoreValues, "target_datasource_id">({ name: "target_datasource_id" });
  const target = targets.find(({ id }) => id === chosen);
  const usual = backup.databaseName ?? target?.database ?? null;
  const held = list(backup.metadata, "databases").length > 0;
  const otherwise = held ? "databaseHintHeld" : target?.wholeServer ? "databaseHintServer" : "databaseHint";
  return (
    <>
      {target?.severalDatabases && (
        <FormField
          name="target_database"
          label={t("database")}
          hint={usual ? t("databaseHintNamed", { name: usual }) : t(otherwise)}
          optional
          className="sm:max-w-[calc(50%-0.5rem)]"
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
      <FormField name="tables" label={t("tables")} hint={t("tablesHint")} optional>
        {(control, field) => (
          <TagInput
            id={control.id}
            aria-invalid={control["aria-invalid"]}
            aria-describedby={control["aria-describedby"]}
            value={field.value}
            onValueChange={field.onChange}
            placeholder="public.orders"
            spellCheck={false}
            autoComplete="off"
            mono
          />
        )}
      </FormField>
    </>
  );
}
