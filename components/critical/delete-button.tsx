"use client";

import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Refusal } from "#components/critical/refusal";
import { Button } from "#components/ui/button";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { toast } from "#components/ui/toaster";
import type { ActionError, ActionResult } from "#lib/core/action-result";

export type DeleteAction = (
  input: { id: string },
  approval?: { adminPassword?: string },
) => Promise<ActionResult<{ id: string; name: string }>>;

type DeleteButtonProps = {
  id: string;
  title: string;
  /** What goes, and what stays. */
  description: string;
  done: string;
  remove: DeleteAction;
  /** Where to go when the page's own subject is gone. */
  backHref: string;
  /** Jobs that may be named in a refusal. */
  jobs: readonly { id: string; name: string }[];
};

/** Asks, deletes, and shows why not: jobs that still use it, or an administrator who has to agree. */
export function DeleteButton({ id, title, description, done, remove, backHref, jobs }: DeleteButtonProps) {
  const t = useTranslations("common");
  const errors = useTranslations("errors");
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<ActionError | null>(null);
  const [password, setPassword] = useState("");

  function change(next: boolean) {
    setOpen(next);
    if (next) return;
    setError(null);
    setPassword("");
  }

  async function confirm(): Promise<boolean> {
    // Null: no answer came.
    const result = await remove({ id }, password === "" ? {} : { adminPassword: password }).catch(() => null);
    if (result?.ok) {
      toast.success(done);
      router.replace(backHref);
      return true;
    }
    setError(result?.error ?? { code: "SERVICE_UNAVAILABLE", message: errors("unreachable") });
    return false;
  }

  return (
    <>
      <Button variant="destructive-ghost" onClick={() => change(true)}>
        <Trash2 />
        {t("delete")}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={change}
        title={title}
        description={description}
        confirmLabel={t("delete")}
        onConfirm={confirm}
      >
        <Refusal error={error} jobs={jobs} password={password} onPassword={setPassword} />
      </ConfirmDialog>
    </>
  );
}
