"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import type { Path, UseFormReturn } from "react-hook-form";
import type { FormValues } from "#components/storage/form-values";
import type { ActionResult } from "#lib/core/action-result";
import { fieldProblemsOf } from "#lib/core/field-problems";
import { type FieldSpec, submittedValues } from "#lib/core/fields";
import type { StorageLocation, StorageReport } from "#lib/features/storage-locations/schema";

export type TestConfig = (input: {
  id?: string;
  type: StorageLocation["type"];
  config: Record<string, unknown>;
}) => Promise<ActionResult<StorageReport>>;

type Options = {
  form: UseFormReturn<FormValues>;
  specs: readonly FieldSpec[];
  /** Its stored secrets stand in for empty ones. */
  id: string | undefined;
  test: TestConfig;
};

/** Tries what the form holds, without saving it. What a 422 names is marked at its field. */
export function useUnsavedTest({ form, specs, id, test }: Options) {
  const errors = useTranslations("errors");
  const [result, setResult] = useState<ActionResult<StorageReport> | null>(null);
  const [pending, startTransition] = useTransition();

  function run() {
    setResult(null);
    startTransition(async () => {
      if (!(await form.trigger("config", { shouldFocus: true }))) return;
      const { type, config } = form.getValues();
      const answer = await test({
        ...(id ? { id } : {}),
        type,
        config: submittedValues(specs, config),
      }).catch(
        (): ActionResult<StorageReport> => ({
          ok: false,
          error: { code: "SERVICE_UNAVAILABLE", message: errors("unreachable") },
        }),
      );
      const problems = answer.ok ? [] : fieldProblemsOf(answer.error.details);
      for (const [index, { field, message }] of problems.entries()) {
        form.setError(field as Path<FormValues>, { type: "server", message }, { shouldFocus: index === 0 });
      }
      if (problems.length === 0) setResult(answer);
    });
  }
  return { run, pending, result };
}
