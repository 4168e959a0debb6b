"use client";

import type { ReactNode } from "react";
import {
  Controller,
  type ControllerRenderProps,
  type RegisterOptions,
  useFormContext,
} from "react-hook-form";
import { Field, type FieldControl } from "#components/ui/field";

type FormFieldProps = {
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  required?: boolean;
  optional?: boolean;
  inline?: boolean;
  className?: string;
  rules?: Omit<RegisterOptions, "valueAsNumber" | "valueAsDate" | "setValueAs" | "disabled">;
  /** Gets the wiring of the label and the value of the form. */
  children: (control: FieldControl, field: ControllerRenderProps) => ReactNode;
};

/** A `Field` tied to the surrounding `FormProvider`. */
export function FormField({ name, rules, children, ...words }: FormFieldProps) {
  const { control } = useFormContext();
  return (
    <Controller
      name={name}
      control={control}
      {...(rules ? { rules } : {})}
      render={({ field, fieldState }) => (
        <Field {...words} error={fieldState.error?.message}>
          {(wiring) => children(wiring, field)}
        </Field>
      )}
    />
  );
}
