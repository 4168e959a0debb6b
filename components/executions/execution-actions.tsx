"use client";

import { ArchiveRestore, Ban, CopyPlus, Download, RotateCcw, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { RowActions } from "#components/data-table/row-actions";
import { isLive, type LiveState } from "#components/executions/use-execution-stream";
import { CommandDialog } from "#components/forms/command-dialog";
import { type ServerCommand, useCommand } from "#components/forms/use-command";
import { useSaid } from "#components/shell/use-said";
import { Button } from "#components/ui/button";
import { DropdownMenuItem } from "#components/ui/dropdown-menu";
import { toast } from "#components/ui/toaster";
import type { ExecutionDetail, QueuedExecution } from "#lib/features/executions/schema";

export type ExecutionCommands = {
  cancel: ServerCommand<{ id: string }, unknown>;
  retry: ServerCommand<{ id: string }, QueuedExecution>;
  complete: ServerCommand<{ id: string }, QueuedExecution>;
  remove: ServerCommand<{ id: string }, unknown>;
};

type ExecutionActionsProps = {
  execution: ExecutionDetail;
  state: LiveState;
  commands: ExecutionCommands;
  may: { control: boolean; restore: boolean; download: boolean };
};

export function ExecutionActions({ execution, state, commands, may }: ExecutionActionsProps) {
  const t = useTranslations("executions.actions");
  const said = useSaid();
  const router = useRouter();
  const [asking, setAsking] = useState<"cancel" | "remove" | null>(null);
  const retry = useCommand(commands.retry, (data) => router.push(`/executions/${data.executionId}`));
  const complete = useCommand(commands.complete, (data) => {
    toast.success(said(data.message));
    router.refresh();
  });
  const lacksCopy = execution.restorable && execution.copies.some((copy) => copy.status === "failed");
  const live = isLive(state.status);
  const again = state.status === "failed" || state.status === "cancelled";
  const close = (open: boolean) => !open && setAsking(null);
  const input = { id: execution.id };
  return (
    <>
      {execution.restorable && may.download && (
        <Button variant="outline" asChild>
          <a href={`/api/backups/${execution.id}/download`} download>
            <Download />
            {t("download")}
          </a>
        </Button>
      )}
      {execution.restorable && may.restore && (
        <Button asChild>
          <Link href={`/backups/restore/${execution.id}`}>
            <ArchiveRestore />
            {t("restore")}
          </Link>
        </Button>
      )}
      {lacksCopy && may.control && (
        <Button variant="outline" loading={complete.pending} onClick={() => void complete.run(input)}>
          <CopyPlus />
          {t("complete")}
        </Button>
      )}
      {again && may.control && (
        <Button variant="outline" loading={retry.pending} onClick={() => void retry.run(input)}>
          <RotateCcw />
          {t("retry")}
        </Button>
      )}
      {live && may.control && (
        <Button
          variant="outline"
          disabled={state.cancelRequestedAt !== null}
          onClick={() => setAsking("cancel")}
        >
          <Ban />
          {t(state.cancelRequestedAt ? "cancelling" : "cancel")}
        </Button>
      )}
      {!live && may.control && (
        <RowActions label={t("more")}>
          <DropdownMenuItem destructive onSelect={() => setAsking("remove")}>
            <Trash2 />
            {t("delete")}
          </DropdownMenuItem>
        </RowActions>
      )}
      <CommandDialog
        open={asking === "cancel"}
        onOpenChange={close}
        title={t("cancelTitle")}
        description={t(execution.operation === "backup" ? "cancelBackup" : "cancelRestore")}
        confirmLabel={t("cancel")}
        command={commands.cancel}
        input={input}
        onSuccess={() => undefined}
      />
      <CommandDialog
        open={asking === "remove"}
        onOpenChange={close}
        title={t("deleteTitle")}
        description={t(execution.restorable ? "deleteFiles" : "deleteRow")}
        confirmLabel={t("delete")}
        command={commands.remove}
        input={input}
        onSuccess={() => {
          toast.success(t("deleted"));
          router.replace("/executions");
        }}
      />
    </>
  );
}
