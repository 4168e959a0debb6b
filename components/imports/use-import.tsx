"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import { type Approval, useApproval } from "#components/forms/approval-provider";
import { useActionForm } from "#components/forms/use-action-form";
import type { ServerCommand } from "#components/forms/use-command";
import { type ImportTarget, type ImportValues, inputOf } from "#components/imports/import-values";
import { atFields, type Sent, sendFile } from "#components/imports/send-file";
import { toast } from "#components/ui/toaster";
import type { ActionResult } from "#lib/core/action-result";
import type { QueuedExecution } from "#lib/features/executions/schema";
import type { ImportInput } from "#lib/features/imports/schema";

export type CheckImport = ServerCommand<ImportInput, unknown>;

/** Answers that the person asked for: nothing to complain about. */
const QUIET: readonly string[] = ["CRITICAL_OPERATION_APPROVAL_REQUIRED", "CANCELLED"];

/** Asks whether the file would be taken, then sends it; the form keeps its state whatever happens. */
export function useImport(
  form: UseFormReturn<ImportValues>,
  targets: readonly ImportTarget[],
  check: CheckImport,
) {
  const t = useTranslations("imports");
  const errors = useTranslations("errors");
  const router = useRouter();
  const approve = useApproval();
  const [sent, setSent] = useState<Sent | null>(null);
  const upload = useRef<AbortController | null>(null);

  async function attempt(input: ImportInput, file: File, approval?: Approval) {
    const checked = await check(input, approval);
    if (!checked.ok) return checked as ActionResult<QueuedExecution>;
    upload.current = new AbortController();
    setSent({ loaded: 0, total: file.size, bytesPerSecond: null });
    const answer = await sendFile({
      file,
      input,
      adminPassword: approval?.adminPassword,
      signal: upload.current.signal,
      onProgress: setSent,
      unreachable: errors("unreachable"),
    });
    if (!answer.ok) setSent(null);
    if (!answer.ok && answer.error.code === "CANCELLED") toast.info(t("cancelled"));
    return answer;
  }

  const { submit, pending, error } = useActionForm({
    form,
    action: async ({ input, file }: { input: ImportInput; file: File | null }) => {
      if (!file) throw new Error("The form asks for a file.");
      const answer = await approve((approval) => attempt(input, file, approval));
      if (answer.ok || answer.error.details === undefined) return answer;
      return { ok: false, error: { ...answer.error, details: atFields(answer.error.details) } } as const;
    },
    toInput: (values) => ({
      input: inputOf(
        values,
        targets.find(({ id }) => id === values.target_datasource_id),
      ),
      file: values.file,
    }),
    onSuccess: ({ executionId }) => router.push(`/executions/${executionId}`),
  });
  return {
    submit,
    pending,
    error: error && QUIET.includes(error.code) ? null : error,
    sent,
    cancel: () => upload.current?.abort(),
  };
}
