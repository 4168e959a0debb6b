"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import type { Path, UseFormReturn } from "react-hook-form";
import type { FormValues } from "#components/datasources/form-values";
import type { ActionResult } from "#lib/core/action-result";
import { fieldProblemsOf } from "#lib/core/field-problems";
import { type FieldSpec, submittedValues } from "#lib/core/fields";
import type { ConnectionReport, Datasource } from "#lib/features/datasources/schema";

export type TestConfig = (input: {
  id?: string;
  type: Datasource["type"];
  connectionConfig: Record<string, unknown>;
}) => Promise<ActionResult<ConnectionReport>>;

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
  const [result, setResult] = useState<ActionResult<ConnectionReport> | null>(null);
  const [pending, startTransition] = useTransition();

  function run() {
    setResult(null);
    startTransition(async () => {
      if (!(await form.trigger("connection_config", { shouldFocus: true }))) return;
      const { type, connection_config: config } = form.getValues();
      const connectionConfig = submittedValues(specs, config);
      const answer = await test({ ...(id ? { id } : {}), type, connectionConfig }).catch(
        (): ActionResult<ConnectionReport> => ({
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
