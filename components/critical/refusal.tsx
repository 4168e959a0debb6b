"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useSaid } from "#components/shell/use-said";
import { Callout } from "#components/ui/callout";
import { Field } from "#components/ui/field";
import { PasswordInput } from "#components/ui/password-input";
import type { ActionError } from "#lib/core/action-result";

type RefusalProps = {
  error: ActionError | null;
  jobs: readonly { id: string; name: string }[];
  password: string;
  onPassword: (password: string) => void;
};

const ASKS_ADMIN = ["CRITICAL_OPERATION_APPROVAL_REQUIRED", "ADMIN_PASSWORD_INVALID"];

/** Why a deletion did not happen, with the way past it. */
export function Refusal({ error, jobs, password, onPassword }: RefusalProps) {
  const t = useTranslations("refusal");
  const said = useSaid();
  if (!error) return null;
  if (ASKS_ADMIN.includes(error.code)) {
    const wrong = error.code === "ADMIN_PASSWORD_INVALID";
    return (
      <Field label={t("adminPassword")} hint={t("adminHint")} error={wrong ? t("adminWrong") : undefined}>
        {(control) => (
          <PasswordInput
            {...control}
            value={password}
            autoComplete="off"
            onChange={(event) => onPassword(event.target.value)}
          />
        )}
      </Field>
    );
  }
  const { job_ids: ids = [], backups } = (error.details ?? {}) as { job_ids?: string[]; backups?: number };
  const users = ids.map((id) => ({ id, name: jobs.find((job) => job.id === id)?.name ?? id }));
  if (users.length > 0) {
    return (
      <Callout tone="danger" title={t("inUse", { count: users.length })}>
        <ul className="mt-1 grid gap-0.5">
          {users.map((job) => (
            <li key={job.id}>
              <Link href={`/jobs/${job.id}`} className="underline underline-offset-4">
                {job.name}
              </Link>
            </li>
          ))}
        </ul>
        <p className="mt-1.5">{t("inUseHint")}</p>
      </Callout>
    );
  }
  const words = backups === undefined ? said(error.message) : t("holdsBackups", { count: backups });
  return <Callout tone="danger">{words}</Callout>;
}
