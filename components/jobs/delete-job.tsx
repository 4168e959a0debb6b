"use client";

import { useTranslations } from "next-intl";
import { CommandDialog } from "#components/forms/command-dialog";
import type { ServerCommand } from "#components/forms/use-command";
import { toast } from "#components/ui/toaster";

type DeleteJobDialogProps = {
  job: { id: string; name: string };
  remove: ServerCommand<{ id: string }, unknown>;
  onClose: () => void;
  onDone: () => void;
};

export function DeleteJobDialog({ job, remove, onClose, onDone }: DeleteJobDialogProps) {
  const t = useTranslations("jobs.delete");
  const common = useTranslations("common");
  return (
    <CommandDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("title", { name: job.name })}
      description={t("description")}
      confirmLabel={common("delete")}
      command={remove}
      input={{ id: job.id }}
      onSuccess={() => {
        toast.success(t("done", { name: job.name }));
        onDone();
      }}
    />
  );
}
