"use client";

import { useTranslations } from "next-intl";
import { FormField } from "#components/forms/form-field";
import { TagInput } from "#components/ui/tag-input";

/** Which tables a backup takes; none named means all. */
export function TableLists() {
  const t = useTranslations("jobs.form.advanced");
  return (
    <>
      {(["include", "exclude"] as const).map((kind) => (
        <FormField
          key={kind}
          name={`backup_options.${kind}_tables`}
          label={t(`${kind}Tables`)}
          hint={t(`${kind}Hint`)}
          optional
        >
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
      ))}
    </>
  );
}
