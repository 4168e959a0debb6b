"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { useSaid } from "#components/shell/use-said";
import { Button } from "#components/ui/button";
import { Dialog, DialogBody, DialogContent, DialogFooter } from "#components/ui/dialog";
import { Field } from "#components/ui/field";
import { PasswordInput } from "#components/ui/password-input";
import type { ActionError } from "#lib/core/action-result";

type ApprovalDialogProps = {
  /** Answers what was wrong with the password, or null when the action went on. */
  onSubmit: (password: string) => Promise<ActionError | null>;
  onCancel: () => void;
};

/** Asks for an administrator's password to let one critical action pass. */
export function ApprovalDialog({ onSubmit, onCancel }: ApprovalDialogProps) {
  const t = useTranslations("approval");
  const common = useTranslations("common");
  const said = useSaid();
  const [password, setPassword] = useState("");
  const [error, setError] = useState<ActionError | null>(null);
  const [pending, setPending] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    // React would carry the event on to a form that this dialog was opened from.
    event.stopPropagation();
    if (password === "" || pending) return;
    setPending(true);
    setError(null);
    const problem = await onSubmit(password);
    if (!problem) return;
    setError(problem);
    setPending(false);
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onCancel()}>
      <DialogContent title={t("title")} description={t("description")} size="sm">
        <form onSubmit={submit} className="contents">
          <DialogBody>
            <Field label={t("password")} error={error ? said(words(error, t("wrong"))) : undefined}>
              {(control) => (
                <PasswordInput
                  {...control}
                  autoFocus
                  autoComplete="off"
                  value={password}
                  onChange={(event) => setPassword(event.target.value)}
                />
              )}
            </Field>
          </DialogBody>
          <DialogFooter>
            <Button variant="outline" onClick={onCancel}>
              {common("cancel")}
            </Button>
            <Button type="submit" disabled={password === ""} loading={pending}>
              {t("confirm")}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}

function words(error: ActionError, wrong: string): string {
  return error.code === "ADMIN_PASSWORD_INVALID" ? wrong : error.message;
}
