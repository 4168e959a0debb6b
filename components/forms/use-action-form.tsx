"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import type { FieldValues, Path, UseFormReturn } from "react-hook-form";
import { useSaid } from "#components/shell/use-said";
import type { ActionError, ActionResult } from "#lib/core/action-result";
import { fieldProblemsOf, hasPath } from "#lib/core/field-problems";

type Options<Values extends FieldValues, Sent, T> = {
  form: UseFormReturn<Values>;
  action: (input: Sent) => Promise<ActionResult<T>>;
  /** From the form's values to what the action takes. */
  toInput: (values: Values) => Sent;
  onSuccess: (data: T) => void | Promise<void>;
};

/**
 * Submits a form through a server action. Problems that name a field of the form go to that field and the
 * first of them gets the focus; everything else comes back as `error`, for `<FormError>`.
 */
export function useActionForm<Values extends FieldValues, Sent, T>({
  form,
  action,
  toInput,
  onSuccess,
}: Options<Values, Sent, T>) {
  const t = useTranslations("errors");
  const said = useSaid();
  const [error, setError] = useState<ActionError | null>(null);
  const [pending, startTransition] = useTransition();

  function show(failure: ActionError) {
    const problems = fieldProblemsOf(failure.details);
    const known = problems.filter(({ field }) => hasField(form, field));
    const [first] = known;
    for (const { field, message } of known) {
      form.setError(
        field as Path<Values>,
        { type: "server", message },
        { shouldFocus: field === first?.field },
      );
    }
    const unknown = problems.filter(({ field }) => !hasField(form, field));
    if (known.length > 0 && unknown.length === 0) return;
    const rest = unknown.map(({ field, message }) => (field ? `${field}: ${said(message)}` : said(message)));
    setError({ ...failure, message: rest.length > 0 ? rest.join(" ") : failure.message });
  }

  const submit = form.handleSubmit((values) => {
    setError(null);
    startTransition(async () => {
      const result = await action(toInput(values)).catch(
        (): ActionResult<T> => ({
          ok: false,
          error: { code: "SERVICE_UNAVAILABLE", message: t("unreachable") },
        }),
      );
      if (!result.ok) return show(result.error);
      form.reset(values);
      await onSuccess(result.data);
    });
  });

  return { submit, pending, error, setError };
}

function hasField<Values extends FieldValues>(form: UseFormReturn<Values>, name: string): boolean {
  return hasPath(form.getValues(), name);
}
