"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useWatch } from "react-hook-form";
import { FormField } from "#components/forms/form-field";
import type { ImportStorage, ImportTarget, ImportValues } from "#components/imports/import-values";
import type { Sent } from "#components/imports/send-file";
import { UploadProgress } from "#components/imports/upload-progress";
import { databaseOf } from "#components/restore/restore-values";
import { Button } from "#components/ui/button";
import { Card, CardBody, CardFooter, CardHeader } from "#components/ui/card";
import { Input } from "#components/ui/input";
import { phraseMatches, RESTORE_PHRASES } from "#lib/features/backups/schema";

type ImportConfirmProps = {
  target: ImportTarget | undefined;
  storage: ImportStorage | undefined;
  pending: boolean;
  /** How far the upload is; null while none is under way. */
  sent: Sent | null;
  onCancel: () => void;
};

const strong = (chunks: ReactNode) => <strong className="break-words font-semibold">{chunks}</strong>;
const code = (chunks: ReactNode) => (
  <code className="select-all rounded-sm bg-muted px-1 py-0.5 font-mono text-xs">{chunks}</code>
);

/** Says exactly what is about to happen, waits for the phrase, then shows how far it is. */
export function ImportConfirm({ target, storage, pending, sent, onCancel }: ImportConfirmProps) {
  const t = useTranslations("imports.confirm");
  const words = useTranslations("restore.confirm");
  const values = useWatch<ImportValues>() as ImportValues;
  const phrase = words("restorePhrase");
  const ready = phraseMatches(values.confirmation_phrase, RESTORE_PHRASES);
  return (
    <Card className="border-danger/40">
      <CardHeader title={words("title")} />
      <CardBody className="grid gap-4">
        <Steps target={target} storage={storage} values={values} />
        <FormField
          name="confirmation_phrase"
          label={words.rich("type", { phrase, code })}
          className="max-w-80"
        >
          {(control, field) => (
            <Input {...control} {...field} disabled={pending} autoComplete="off" spellCheck={false} />
          )}
        </FormField>
      </CardBody>
      <CardFooter>
        {sent ? (
          <UploadProgress sent={sent} onCancel={onCancel} />
        ) : (
          <Button type="submit" variant="destructive" disabled={!ready} loading={pending}>
            {t("submit")}
          </Button>
        )}
      </CardFooter>
    </Card>
  );
}

function Steps({
  target,
  storage,
  values,
}: Pick<ImportConfirmProps, "target" | "storage"> & { values: ImportValues }) {
  const t = useTranslations("imports.confirm");
  const restore = useTranslations("restore.summary");
  if (!target || !values.file) return <p className="text-muted-foreground text-sm">{t("chooseFirst")}</p>;
  const database = databaseOf(target, values, null);
  const place = {
    strong,
    file: values.file.name,
    storage: storage?.name ?? t("defaultStorage"),
    datasource: target.name,
    host: target.host ?? restore("itsServer"),
    database: database ?? target.name,
  };
  const restored = database === null && target.wholeServer ? "restoreServer" : "restore";
  return (
    <ol className="grid list-decimal gap-1.5 pl-5 text-sm marker:text-faint">
      <li className="wrap-anywhere text-pretty pl-1">{t.rich("store", place)}</li>
      <li className="wrap-anywhere text-pretty pl-1">{t.rich(restored, place)}</li>
      <li className="text-pretty pl-1">
        {restore.rich(values.drop_existing ? "restore.drop" : "restore.noDrop", { strong })}
      </li>
      <li className="text-pretty pl-1">{t("cancelHint")}</li>
    </ol>
  );
}
