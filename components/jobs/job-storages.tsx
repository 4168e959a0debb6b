"use client";

import { ArrowDown, ArrowUp, Copy, CornerDownRight, Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { useFieldArray, useWatch } from "react-hook-form";
import { FormField } from "#components/forms/form-field";
import type { Choice, JobValues } from "#components/jobs/job-values";
import { Button } from "#components/ui/button";
import { Section } from "#components/ui/card";
import { Combobox } from "#components/ui/combobox";
import { IconButton } from "#components/ui/icon-button";
import { RadioCards } from "#components/ui/radio-cards";

/** As many as the server takes besides the main storage. */
const MOST = 10;

/** Where the backups go: the main storage, and those that stand in for it or hold further copies. */
export function JobStorages({ storages }: { storages: readonly Choice[] }) {
  const t = useTranslations("jobs.form");
  const further = useWatch<JobValues, "backup_options.storage_targets">({
    name: "backup_options.storage_targets",
  });
  return (
    <Section title={t("storages.title")} description={t("storages.description")}>
      <FormField
        name="storage_location_id"
        label={t("storage")}
        required
        rules={{ required: t("required", { field: t("storage") }) }}
      >
        {(control, field) => (
          <Combobox
            {...control}
            value={field.value}
            onValueChange={field.onChange}
            onBlur={field.onBlur}
            ref={field.ref}
            options={storages.map(toOption)}
            placeholder={t("choose")}
          />
        )}
      </FormField>
      {(storages.length > 1 || further.length > 0) && <Further storages={storages} />}
      {further.length > 0 && <Strategy />}
    </Section>
  );
}

function Further({ storages }: { storages: readonly Choice[] }) {
  const t = useTranslations("jobs.form.storages");
  const { fields, append, remove, swap } = useFieldArray<JobValues, "backup_options.storage_targets">({
    name: "backup_options.storage_targets",
  });
  const add = useRef<HTMLButtonElement>(null);
  const full = fields.length >= Math.min(MOST, storages.length - 1);
  return (
    <>
      {fields.length > 0 && (
        <ol className="grid gap-3">
          {fields.map((field, index) => (
            <li key={field.id} className="flex min-w-0 items-start gap-1">
              <Target index={index} storages={storages} />
              <div className="flex shrink-0 pt-6.5">
                <IconButton
                  label={t("up", { number: index + 2 })}
                  disabled={index === 0}
                  onClick={() => swap(index, index - 1)}
                >
                  <ArrowUp />
                </IconButton>
                <IconButton
                  label={t("down", { number: index + 2 })}
                  disabled={index === fields.length - 1}
                  onClick={() => swap(index, index + 1)}
                >
                  <ArrowDown />
                </IconButton>
                <IconButton
                  label={t("remove", { number: index + 2 })}
                  onClick={() => {
                    remove(index);
                    add.current?.focus();
                  }}
                >
                  <X />
                </IconButton>
              </div>
            </li>
          ))}
        </ol>
      )}
      <Button
        ref={add}
        variant="outline"
        size="sm"
        className="w-fit"
        aria-disabled={full}
        onClick={() => !full && append({ storage_location_id: "" })}
      >
        <Plus />
        {t("add")}
      </Button>
    </>
  );
}

function Target({ index, storages }: { index: number; storages: readonly Choice[] }) {
  const t = useTranslations("jobs.form");
  const name = `backup_options.storage_targets.${index}.storage_location_id`;
  const [main, targets] = useWatch<JobValues, ["storage_location_id", "backup_options.storage_targets"]>({
    name: ["storage_location_id", "backup_options.storage_targets"],
  });
  const taken = (id: string) =>
    id === main || targets.some((other, at) => at !== index && other.storage_location_id === id);
  const label = t("storages.number", { number: index + 2 });
  return (
    <FormField
      name={name}
      label={label}
      required
      className="flex-1"
      rules={{
        required: t("required", { field: label }),
        validate: (id: string) => !taken(id) || t("storages.twice"),
      }}
    >
      {(control, field) => (
        <Combobox
          {...control}
          value={field.value}
          onValueChange={field.onChange}
          onBlur={field.onBlur}
          ref={field.ref}
          options={storages.filter(({ id }) => id === field.value || !taken(id)).map(toOption)}
          placeholder={t("choose")}
        />
      )}
    </FormField>
  );
}

function Strategy() {
  const t = useTranslations("jobs.form.storages");
  return (
    <FormField name="backup_options.storage_strategy" label={t("strategy")}>
      {(control, field) => (
        <RadioCards
          {...control}
          value={field.value}
          onValueChange={field.onChange}
          options={[
            { value: "fallback", label: t("fallback"), hint: t("fallbackHint"), icon: <CornerDownRight /> },
            { value: "replicate", label: t("replicate"), hint: t("replicateHint"), icon: <Copy /> },
          ]}
        />
      )}
    </FormField>
  );
}

const toOption = ({ id, name, type }: Choice) => ({ value: id, label: name, hint: type });
