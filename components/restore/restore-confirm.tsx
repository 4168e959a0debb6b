"use client";

import { useTranslations } from "next-intl";
import { useWatch } from "react-hook-form";
import { FormField } from "#components/forms/form-field";
import { RestoreSummary } from "#components/restore/restore-summary";
import type { RestoreValues, Target } from "#components/restore/restore-values";
import { Button } from "#components/ui/button";
import { Card, CardBody, CardFooter, CardHeader } from "#components/ui/card";
import { Input } from "#components/ui/input";
import { phraseMatches, RESTORE_PHRASES, VERIFY_PHRASES } from "#lib/features/backups/schema";
import type { ExecutionDetail } from "#lib/features/executions/schema";

type RestoreConfirmProps = { backup: ExecutionDetail; targets: readonly Target[]; pending: boolean };

/** Says exactly what is about to happen and waits for the phrase. */
export function RestoreConfirm({ backup, targets, pending }: RestoreConfirmProps) {
  const t = useTranslations("restore.confirm");
  const values = useWatch<RestoreValues>() as RestoreValues;
  const target = targets.find(({ id }) => id === values.target_datasource_id);
  const verify = values.mode === "verify";
  const phrase = t(verify ? "verifyPhrase" : "restorePhrase");
  const ready =
    target !== undefined &&
    phraseMatches(values.confirmation_phrase, verify ? VERIFY_PHRASES : RESTORE_PHRASES);
  return (
    <Card className={verify ? undefined : "border-danger/40"}>
      <CardHeader title={t("title")} />
      <CardBody className="grid gap-4">
        <RestoreSummary backup={backup} target={target} values={values} />
        <FormField
          name="confirmation_phrase"
          label={t.rich("type", {
            phrase,
            code: (chunks) => (
              <code className="select-all rounded-sm bg-muted px-1 py-0.5 font-mono text-xs">{chunks}</code>
            ),
          })}
          className="max-w-80"
        >
          {(control, field) => <Input {...control} {...field} autoComplete="off" spellCheck={false} />}
        </FormField>
      </CardBody>
      <CardFooter>
        <Button
          type="submit"
          variant={verify ? "default" : "destructive"}
          disabled={!ready}
          loading={pending}
        >
          {t(verify ? "verify" : "restore")}
        </Button>
      </CardFooter>
    </Card>
  );
}
