"use client";

import { Pencil, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { RowActions } from "#components/data-table/row-actions";
import type { ServerCommand } from "#components/forms/use-command";
import { DeleteJobDialog } from "#components/jobs/delete-job";
import { JobFacts } from "#components/jobs/job-facts";
import { JobSwitch, type UpdateJob } from "#components/jobs/job-switch";
import { type RunJob, RunJobButton } from "#components/jobs/run-job";
import { Said } from "#components/shell/use-said";
import { Button } from "#components/ui/button";
import { Callout } from "#components/ui/callout";
import { DropdownMenuItem } from "#components/ui/dropdown-menu";
import { PageHeader } from "#components/ui/page-header";
import type { BackupJob } from "#lib/features/backup-jobs/schema";

type JobViewProps = {
  job: BackupJob;
  storages: Readonly<Record<string, string>>;
  run: RunJob | null;
  update: UpdateJob | null;
  remove: ServerCommand<{ id: string }, unknown> | null;
  /** The recent executions, which come later. */
  children: ReactNode;
};

export function JobView({ job, storages, run, update, remove, children }: JobViewProps) {
  const t = useTranslations("jobs");
  const common = useTranslations("common");
  const router = useRouter();
  const [removing, setRemoving] = useState(false);
  return (
    <>
      <PageHeader
        title={job.name}
        meta={
          <span className="inline-flex items-center gap-2">
            <JobSwitch job={job} update={update} />
            {t(job.enabled ? "scheduleOn" : "scheduleOff")}
          </span>
        }
        actions={
          <>
            {update && (
              <Button variant="outline" asChild>
                <Link href={`/jobs/${job.id}/edit`}>
                  <Pencil />
                  {common("edit")}
                </Link>
              </Button>
            )}
            {run && <RunJobButton job={job} run={run} />}
            {remove && (
              <RowActions label={t("more")}>
                <DropdownMenuItem destructive onSelect={() => setRemoving(true)}>
                  <Trash2 />
                  {common("delete")}
                </DropdownMenuItem>
              </RowActions>
            )}
          </>
        }
      />
      {job.scheduleError && (
        <Callout tone="warning" title={t("scheduleError")}>
          <Said>{job.scheduleError}</Said>
        </Callout>
      )}
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-3">{children}</div>
        <div className="grid min-w-0 gap-5 max-lg:-order-1">
          <JobFacts job={job} storages={storages} />
        </div>
      </div>
      {removing && remove && (
        <DeleteJobDialog
          job={job}
          remove={remove}
          onClose={() => setRemoving(false)}
          onDone={() => router.replace("/jobs")}
        />
      )}
    </>
  );
}
