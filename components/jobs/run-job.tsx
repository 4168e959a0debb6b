"use client";

import { Play } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ServerCommand, useCommand } from "#components/forms/use-command";
import { Button } from "#components/ui/button";
import { IconButton } from "#components/ui/icon-button";
import { toast } from "#components/ui/toaster";
import type { QueuedExecution } from "#lib/features/executions/schema";

export type RunJob = ServerCommand<{ id: string }, QueuedExecution>;

type RunJobProps = { job: { id: string; name: string }; run: RunJob };

/** In a list: stays there and says where the run can be watched. */
export function RunJobIcon({ job, run }: RunJobProps) {
  const t = useTranslations("jobs");
  const router = useRouter();
  const command = useCommand(run, ({ executionId }) => {
    toast.success(t("queued", { name: job.name }), {
      action: { label: t("watch"), onClick: () => router.push(`/executions/${executionId}`) },
    });
    router.refresh();
  });
  return (
    <IconButton
      label={t("runNamed", { name: job.name })}
      size="icon-sm"
      loading={command.pending}
      onClick={() => void command.run({ id: job.id })}
    >
      <Play />
    </IconButton>
  );
}

/** On the page of the job: leads to the run. */
export function RunJobButton({ job, run }: RunJobProps) {
  const t = useTranslations("jobs");
  const router = useRouter();
  const command = useCommand(run, ({ executionId }) => router.push(`/executions/${executionId}`));
  return (
    <Button loading={command.pending} onClick={() => void command.run({ id: job.id })}>
      <Play />
      {t("run")}
    </Button>
  );
}
