"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { isDeclined, type ServerCommand, useApprovedCommand } from "#components/forms/use-command";
import { useSaid } from "#components/shell/use-said";
import { copyName } from "#components/storage/files/place";
import { Button } from "#components/ui/button";
import { Dialog, DialogBody, DialogContent, DialogFooter } from "#components/ui/dialog";
import { Field } from "#components/ui/field";
import { Input } from "#components/ui/input";
import type { StorageFile } from "#lib/features/storage-files/schema";

export type CopyFile = ServerCommand<
  { id: string; sourcePath: string; destinationPath: string },
  { path: string }
>;

type CopyDialogProps = {
  id: string;
  file: StorageFile;
  copy: CopyFile;
  onClose: () => void;
  onDone: (path: string) => void;
};

/** Asks where the copy goes: a whole path, so that it can lie in any folder, also a new one. */
export function CopyDialog({ id, file, copy, onClose, onDone }: CopyDialogProps) {
  const t = useTranslations("storage.files.copy");
  const common = useTranslations("common");
  const run = useApprovedCommand(copy);
  const said = useSaid();
  const [path, setPath] = useState(copyName(file.path));
  const [error, setError] = useState<string>();
  const [pending, setPending] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (pending || path === "") return;
    setPending(true);
    setError(undefined);
    const result = await run({ id, sourcePath: file.path, destinationPath: path });
    setPending(false);
    if (result.ok) onDone(result.data.path);
    else if (!isDeclined(result)) setError(result.error.message);
  }

  return (
    <Dialog open onOpenChange={(open) => !open && !pending && onClose()}>
      <DialogContent title={t("title", { name: file.name })} description={t("description")}>
        <form onSubmit={submit} className="contents">
          <DialogBody>
            <Field label={t("destination")} hint={t("hint")} error={error && said(error)}>
              {(control) => (
                <Input
                  {...control}
                  value={path}
                  autoComplete="off"
                  spellCheck={false}
                  className="font-mono"
                  onChange={(event) => setPath(event.target.value)}
                />
              )}
            </Field>
          </DialogBody>
          <DialogFooter>
            <Button variant="outline" onClick={onClose} disabled={pending}>
              {common("cancel")}
            </Button>
            <Button type="submit" loading={pending} disabled={path === ""}>
              {t("confirm")}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
