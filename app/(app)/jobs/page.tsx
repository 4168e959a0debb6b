import { Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { TableSkeleton } from "#components/data-table/table-skeleton";
import { JobFilters } from "#components/jobs/job-filters";
import { JobTable } from "#components/jobs/job-table";
import { JOB_WIDTHS } from "#components/jobs/job-widths";
import { Button } from "#components/ui/button";
import { PageHeader } from "#components/ui/page-header";
import { listInput, type SearchParams } from "#lib/core/list-input";
import { listJobs } from "#lib/features/backup-jobs/queries";
import { listJobsInput } from "#lib/features/backup-jobs/schema";
import { datasourceChoices } from "#lib/features/datasources/queries";
import { storageChoices } from "#lib/features/storage-locations/queries";
import { load, pageUser } from "#lib/web/page";
import { deleteJobAction, runJobAction, updateJobAction } from "./actions";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("jobs");
  return { title: t("title") };
}

export default async function JobsPage(props: { searchParams: Promise<SearchParams> }) {
  const [t, user, params] = await Promise.all([getTranslations("jobs"), pageUser(), props.searchParams]);
  const create = user.permissions.has("backup_jobs.write") && (
    <Button asChild>
      <Link href="/jobs/new">
        <Plus />
        {t("new")}
      </Link>
    </Button>
  );
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} actions={create} />
      <Suspense fallback={<div className="h-8" />}>
        <Filters />
      </Suspense>
      <Suspense key={JSON.stringify(params)} fallback={<TableSkeleton widths={JOB_WIDTHS} />}>
        <List params={params} />
      </Suspense>
    </>
  );
}

async function Filters() {
  const { permissions } = await pageUser();
  const [datasources, storages] = await Promise.all([
    permissions.has("datasources.read") ? load(datasourceChoices, {}) : [],
    permissions.has("storage.read") ? load(storageChoices, {}) : [],
  ]);
  return <JobFilters datasources={datasources} storages={storages} />;
}

async function List({ params }: { params: SearchParams }) {
  const [t, { permissions }] = await Promise.all([getTranslations("jobs"), pageUser()]);
  const input = listInput(listJobsInput, params);
  const { data, pagination } = await load(listJobs, input);
  const { page: _page, limit: _limit, ...filters } = input;
  const writes = permissions.has("backup_jobs.write");
  return (
    <JobTable
      rows={data}
      pagination={pagination}
      filtered={Object.keys(filters).length > 0}
      run={permissions.has("backup_jobs.run") ? runJobAction : null}
      update={writes ? updateJobAction : null}
      remove={writes ? deleteJobAction : null}
      emptyAction={
        writes && (
          <Button asChild>
            <Link href="/jobs/new">
              <Plus />
              {t("new")}
            </Link>
          </Button>
        )
      }
    />
  );
}
