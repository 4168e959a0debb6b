"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useOptimistic, useTransition } from "react";
import { type ServerCommand, useCommand } from "#components/forms/use-command";
import { Switch } from "#components/ui/switch";

export type UpdateJob = ServerCommand<{ id: string; enabled: boolean }, unknown>;

type JobSwitchProps = {
  job: { id: string; name: string; enabled: boolean };
  /** Null where the person may not change jobs: the switch only shows the state. */
  update: UpdateJob | null;
};

const nothing: UpdateJob = async () => ({ ok: true, data: null });

/** Turns the schedule of a job on and off. It moves at once and goes back when the server refuses. */
export function JobSwitch({ job, update }: JobSwitchProps) {
  const t = useTranslations("jobs");
  const router = useRouter();
  const { run } = useCommand(update ?? nothing, () => router.refresh());
  const [enabled, setEnabled] = useOptimistic(job.enabled);
  const [pending, startTransition] = useTransition();
  return (
    <Switch
      aria-label={t("scheduleOf", { name: job.name })}
      checked={enabled}
      disabled={update === null || pending}
      onCheckedChange={(next) =>
        startTransition(async () => {
          setEnabled(next);
          await run({ id: job.id, enabled: next });
        })
      }
    />
  );
}
