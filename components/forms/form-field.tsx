"use client";

import type { ReactNode } from "react";
import {
  Controller,
  type ControllerRenderProps,
  type RegisterOptions,
  useFormContext,
} from "react-hook-form";
import { useSaid } from "#components/shell/use-said";
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
  const said = useSaid();
  return (
    <Controller
      name={name}
      control={control}
      {...(rules ? { rules } : {})}
      render={({ field, fieldState }) => {
        const message = messageOf(fieldState.error);
        return (
          <Field {...words} error={message && said(message)}>
            {(wiring) => children(wiring, field)}
          </Field>
        );
      }}
    />
  );
}

/** A problem of one member of a list, `tables.3`, shows at the list. */
function messageOf(error: unknown): string | undefined {
  if (Array.isArray(error)) return error.map(messageOf).find((message) => message !== undefined);
  const message = (error as { message?: unknown } | undefined)?.message;
  return typeof message === "string" ? message : undefined;
}
