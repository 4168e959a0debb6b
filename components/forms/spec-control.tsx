"use client";

import { useTranslations } from "next-intl";
import type { ControllerRenderProps } from "react-hook-form";
import { Checkbox } from "#components/ui/checkbox";
import type { FieldControl } from "#components/ui/field";
import { Input } from "#components/ui/input";
import { NumberInput } from "#components/ui/number-input";
import { PasswordInput } from "#components/ui/password-input";
import { Select } from "#components/ui/select";
import { TagInput } from "#components/ui/tag-input";
import { Textarea } from "#components/ui/textarea";
import type { FieldSpec } from "#lib/core/fields";

type SpecControlProps = {
  spec: FieldSpec;
  control: FieldControl;
  field: ControllerRenderProps;
  stored: boolean;
  disabled: boolean | undefined;
};

/** The control that belongs to a kind of field. */
export function SpecControl({ spec, control, field, stored, disabled }: SpecControlProps) {
  const t = useTranslations();
  const { value, onChange, ...binding } = field;
  const common = { ...control, ...binding, disabled };
  const placeholder = spec.placeholder ?? (t.has(spec.emptyKey) ? t(spec.emptyKey) : undefined);
  switch (spec.kind) {
    case "boolean":
      return (
        <Checkbox {...common} checked={value === true} onCheckedChange={(on) => onChange(on === true)} />
      );
    case "number":
      return (
        <NumberInput
          {...common}
          value={value as number | null}
          onValueChange={onChange}
          min={spec.min ?? undefined}
          max={spec.max ?? undefined}
        />
      );
    case "secret":
      return <PasswordInput {...common} value={text(value)} onChange={onChange} stored={stored} />;
    case "select":
      return (
        <Select
          {...common}
          value={text(value)}
          onValueChange={onChange}
          placeholder={t("common.choose")}
          options={spec.options.map((option) => {
            const key = `fields.${spec.name}.options.${option}`;
            return { value: option, label: t.has(key) ? t(key) : option };
          })}
        />
      );
    case "textarea":
      return (
        <Textarea
          {...common}
          value={text(value)}
          onChange={onChange}
          mono={spec.mono || spec.secret}
          spellCheck={false}
          placeholder={stored ? t("common.secretStored") : placeholder}
        />
      );
    case "list":
      return (
        <TagInput
          {...common}
          value={Array.isArray(value) ? (value as string[]) : []}
          onValueChange={onChange}
          mono={spec.mono}
          placeholder={placeholder ?? t("forms.listPlaceholder")}
        />
      );
    case "text":
      return (
        <Input
          {...common}
          value={text(value)}
          onChange={onChange}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          className={spec.mono ? "font-mono text-xs" : undefined}
        />
      );
  }
}

const text = (value: unknown) => (typeof value === "string" ? value : "");
