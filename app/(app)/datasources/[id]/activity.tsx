import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { ExecutionList } from "#components/activity/execution-list";
import { JobList } from "#components/activity/job-list";
import { Quiet } from "#components/activity/quiet";
import { Button } from "#components/ui/button";
import { Card, CardHeader } from "#components/ui/card";
import type { BackupJobSummary } from "#lib/features/backup-jobs/schema";
import { listExecutions } from "#lib/features/executions/queries";
import { load } from "#lib/web/page";

type Job = Pick<BackupJobSummary, "id" | "name" | "storageLocationName" | "nextExecutionAt" | "enabled">;
type JobsProps = { jobs: readonly Job[]; mayWrite: boolean; datasourceId: string };

export async function Jobs({ jobs, mayWrite, datasourceId }: JobsProps) {
  const t = await getTranslations("datasources.jobs");
  const add = mayWrite && (
    <Button variant="outline" size="sm" asChild>
      <Link href={`/jobs/new?datasource_id=${datasourceId}`}>{t("new")}</Link>
    </Button>
  );
  return (
    <Card>
      <CardHeader title={t("title")} actions={jobs.length > 0 && add} />
      {jobs.length === 0 ? (
        <Quiet action={add}>{t("empty")}</Quiet>
      ) : (
        <JobList
          jobs={jobs.map((job) => ({
            id: job.id,
            name: job.name,
            detail: t("to", { storage: job.storageLocationName }),
            nextExecutionAt: job.nextExecutionAt,
            ...(job.enabled ? {} : { off: t("off") }),
          }))}
        />
      )}
    </Card>
  );
}

export async function Recent({ datasourceId, backups }: { datasourceId: string; backups: boolean }) {
  const [{ data }, t] = await Promise.all([
    load(listExecutions, { datasourceId, limit: 6 }),
    getTranslations("datasources.recent"),
  ]);
  return (
    <Card>
      <CardHeader
        title={t("title")}
        actions={
          data.length > 0 && (
            <>
              {backups && (
                <Button variant="outline" size="sm" asChild>
                  <Link href={`/backups/${datasourceId}`}>{t("backups")}</Link>
                </Button>
              )}
              <Button variant="ghost" size="sm" asChild>
                <Link href={`/executions?datasource_id=${datasourceId}`}>{t("all")}</Link>
              </Button>
            </>
          )
        }
      />
      {data.length === 0 ? <Quiet>{t("empty")}</Quiet> : <ExecutionList executions={data} />}
    </Card>
  );
}
