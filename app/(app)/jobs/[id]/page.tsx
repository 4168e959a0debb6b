import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { TableSkeleton } from "#components/data-table/table-skeleton";
import { DetailSkeleton } from "#components/executions/detail-skeleton";
import { ExecutionTable } from "#components/executions/execution-table";
import { JOB_EXECUTION_WIDTHS } from "#components/executions/execution-widths";
import { JobView } from "#components/jobs/job-view";
import { PageCrumbs } from "#components/shell/crumbs";
import { Button } from "#components/ui/button";
import { getJob } from "#lib/features/backup-jobs/queries";
import { listJobRuns } from "#lib/features/executions/job-runs-query";
import { listStorageLocations } from "#lib/features/storage-locations/queries";
import { load, pageUser } from "#lib/web/page";
import { deleteJobAction, runJobAction, updateJobAction } from "../actions";

type Params = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("jobs");
  return { title: t("one") };
}

export default function JobPage({ params }: Params) {
  return (
    <Suspense fallback={<DetailSkeleton stats={false} />}>
      <Content params={params} />
    </Suspense>
  );
}

async function Content({ params }: Params) {
  const { id } = await params;
  const [{ permissions }, job] = await Promise.all([pageUser(), load(getJob, { id })]);
  const { storage_targets: targets, referenced_files: files } = job.backupOptions;
  const further = (targets.length > 0 || files?.source) && permissions.has("storage.read");
  const known = further ? (await load(listStorageLocations, { limit: 100 })).data : [];
  const storages = Object.fromEntries(known.map(({ id: storageId, name }) => [storageId, name]));
  const writes = permissions.has("backup_jobs.write");
  return (
    <>
      <PageCrumbs items={[{ label: job.name }]} />
      <JobView
        job={job}
        storages={storages}
        run={permissions.has("backup_jobs.run") ? runJobAction : null}
        update={writes ? updateJobAction : null}
        remove={writes ? deleteJobAction : null}
      >
        {permissions.has("executions.read") && (
          <Suspense fallback={<TableSkeleton widths={JOB_EXECUTION_WIDTHS} rows={10} pagination={false} />}>
            <Recent jobId={id} />
          </Suspense>
        )}
      </JobView>
    </>
  );
}

async function Recent({ jobId }: { jobId: string }) {
  const [t, { data, executionsCount }] = await Promise.all([
    getTranslations("jobs"),
    load(listJobRuns, { jobId, limit: 10 }),
  ]);
  return (
    <>
      <div className="flex min-h-7 items-center justify-between gap-4">
        <h2 className="font-semibold text-base">{t("recent")}</h2>
        {executionsCount > data.length && (
          <Button variant="ghost" size="sm" asChild>
            <Link href={`/executions?job_id=${jobId}`}>{t("allExecutions", { count: executionsCount })}</Link>
          </Button>
        )}
      </div>
      <ExecutionTable rows={data} ofJob />
    </>
  );
}
