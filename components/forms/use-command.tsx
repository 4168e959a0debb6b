"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { type Approval, useApproval } from "#components/forms/approval-provider";
import { useSaid } from "#components/shell/use-said";
import { toast } from "#components/ui/toaster";
import type { ActionResult } from "#lib/core/action-result";

/** A server action that runs a command: its input, and what passes the gate of a critical action. */
export type ServerCommand<I, T> = (input: I, approval?: Approval) => Promise<ActionResult<T>>;

/** The same command, asking for an administrator's password where the server wants one; it never throws. */
export function useApprovedCommand<I, T>(command: ServerCommand<I, T>) {
  const t = useTranslations("errors");
  const approve = useApproval();
  return (input: I): Promise<ActionResult<T>> =>
    approve((approval) =>
      command(input, approval).catch(
        (): ActionResult<T> => ({
          ok: false,
          error: { code: "SERVICE_UNAVAILABLE", message: t("unreachable") },
        }),
      ),
    );
}

/** For a button: runs the command, says in a toast why it was refused. */
export function useCommand<I, T>(command: ServerCommand<I, T>, onSuccess?: (data: T) => void) {
  const approved = useApprovedCommand(command);
  const said = useSaid();
  const [pending, setPending] = useState(false);

  async function run(input: I): Promise<boolean> {
    setPending(true);
    try {
      const result = await approved(input);
      if (result.ok) onSuccess?.(result.data);
      else if (!isDeclined(result)) toast.error(said(result.error.message));
      return result.ok;
    } finally {
      setPending(false);
    }
  }

  return { run, pending };
}

/** The person closed the password dialog: nothing to complain about. */
export function isDeclined(result: ActionResult): boolean {
  return !result.ok && result.error.code === "CRITICAL_OPERATION_APPROVAL_REQUIRED";
}
