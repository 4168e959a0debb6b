"use client";

import type { ReactNode } from "react";
import { useState } from "react";
import { isDeclined, type ServerCommand, useApprovedCommand } from "#components/forms/use-command";
import { Said } from "#components/shell/use-said";
import { Callout } from "#components/ui/callout";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import type { ActionError } from "#lib/core/action-result";

type CommandDialogProps<I, T> = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** What will happen, and what cannot be undone. */
  description: ReactNode;
  confirmLabel: string;
  destructive?: boolean;
  command: ServerCommand<I, T>;
  input: I;
  onSuccess: (data: T) => void;
};

/** Asks before a command runs, and shows inside the dialog why the server refused it. */
export function CommandDialog<I, T>(props: CommandDialogProps<I, T>) {
  const { open, onOpenChange, command, input, onSuccess, ...words } = props;
  const run = useApprovedCommand(command);
  const [error, setError] = useState<ActionError | null>(null);

  async function confirm(): Promise<boolean> {
    setError(null);
    const result = await run(input);
    if (result.ok) onSuccess(result.data);
    else if (!isDeclined(result)) setError(result.error);
    return result.ok;
  }

  return (
    <ConfirmDialog
      {...words}
      open={open}
      onOpenChange={(next) => {
        setError(null);
        onOpenChange(next);
      }}
      onConfirm={confirm}
    >
      {error && (
        <Callout tone="danger">
          <Said>{error.message}</Said>
        </Callout>
      )}
    </ConfirmDialog>
  );
}
