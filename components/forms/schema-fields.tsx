"use client";

import { useTranslations } from "next-intl";
import type { RegisterOptions } from "react-hook-form";
import { FormField } from "#components/forms/form-field";
import { SpecControl } from "#components/forms/spec-control";
import { cn } from "#components/ui/cn";
import type { FieldSpec } from "#lib/core/fields";

type SchemaFieldsProps = {
  specs: readonly FieldSpec[];
  /** Where the values live in the form, for example "connection_config". */
  prefix: string;
  /** Names of secrets that the server holds already: empty means unchanged. */
  storedSecrets?: readonly string[];
  disabled?: boolean;
  className?: string;
};

/** Draws the fields of a plug-in's config; two columns where there is room, one on a phone. */
export function SchemaFields({ specs, prefix, storedSecrets = [], disabled, className }: SchemaFieldsProps) {
  const words = useSpecWords();
  return (
    <div className={cn("grid gap-x-4 gap-y-4 sm:grid-cols-2", className)}>
      {specs.map((spec) => {
        const stored = spec.secret && storedSecrets.includes(spec.name);
        const required = spec.required && !stored;
        return (
          <FormField
            key={spec.name}
            name={prefix === "" ? spec.name : `${prefix}.${spec.name}`}
            label={words.label(spec)}
            hint={words.hint(spec)}
            required={required}
            optional={!required && spec.kind !== "boolean" && spec.default === null && !stored}
            inline={spec.kind === "boolean"}
            className={cn((spec.wide || spec.kind === "boolean") && "sm:col-span-2")}
            rules={words.rules(spec, required)}
          >
            {(control, field) => (
              <SpecControl spec={spec} control={control} field={field} stored={stored} disabled={disabled} />
            )}
          </FormField>
        );
      })}
    </div>
  );
}

function useSpecWords() {
  const t = useTranslations();
  const label = (spec: FieldSpec) => (t.has(spec.labelKey) ? t(spec.labelKey) : spec.name);
  const hint = (spec: FieldSpec) => (t.has(spec.hintKey) ? t(spec.hintKey) : undefined);
  function rules(spec: FieldSpec, required: boolean): RegisterOptions {
    const { min, max } = spec;
    return {
      ...(required && spec.kind !== "boolean"
        ? { required: t("forms.required", { field: label(spec) }) }
        : {}),
      ...(min === null ? {} : { min: { value: min, message: t("forms.atLeast", { min }) } }),
      ...(max === null ? {} : { max: { value: max, message: t("forms.atMost", { max }) } }),
    };
  }
  return { label, hint, rules };
}
