"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { isDeclined, type ServerCommand, useApprovedCommand } from "#components/forms/use-command";
import { Said } from "#components/shell/use-said";
import { Callout } from "#components/ui/callout";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import type { ActionError } from "#lib/core/action-result";
import type { StorageFile } from "#lib/features/storage-files/schema";

export type DeletePath = ServerCommand<{ id: string; path: string }, { path: string }>;

type DeletePathProps = {
  id: string;
  file: StorageFile;
  remove: DeletePath;
  onClose: () => void;
  onDone: () => void;
};

/** Asks, removes, and where a backup needs the file, shows the way to its execution. */
export function DeletePathDialog({ id, file, remove, onClose, onDone }: DeletePathProps) {
  const t = useTranslations("storage.files.delete");
  const common = useTranslations("common");
  const run = useApprovedCommand(remove);
  const [error, setError] = useState<ActionError | null>(null);

  async function confirm(): Promise<boolean> {
    setError(null);
    const result = await run({ id, path: file.path });
    if (result.ok) onDone();
    else if (!isDeclined(result)) setError(result.error);
    return result.ok;
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("title", { name: file.name })}
      description={file.kind === "folder" ? t("folder") : t("file")}
      confirmLabel={common("delete")}
      onConfirm={confirm}
    >
      <p className="break-all rounded-md bg-sunken px-2.5 py-1.5 font-mono text-xs">{file.path}</p>
      {error && <WhyNot error={error} />}
    </ConfirmDialog>
  );
}

function WhyNot({ error }: { error: ActionError }) {
  const t = useTranslations("storage.files.delete");
  const { execution_ids: ids = [] } = (error.details ?? {}) as { execution_ids?: string[] };
  if (ids.length === 0)
    return (
      <Callout tone="danger">
        <Said>{error.message}</Said>
      </Callout>
    );
  return (
    <Callout tone="danger" title={t("belongs", { count: ids.length })}>
      <p>{t("instead")}</p>
      <ul className="mt-1 grid gap-0.5">
        {ids.map((id) => (
          <li key={id}>
            <Link href={`/executions/${id}`} className="font-mono text-xs underline underline-offset-4">
              {t("execution", { id: id.slice(0, 8) })}
            </Link>
          </li>
        ))}
      </ul>
    </Callout>
  );
}
