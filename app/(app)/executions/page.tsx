import type { Metadata } from "next";
import Link from "next/link";
import { getTimeZone, getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { TableSkeleton } from "#components/data-table/table-skeleton";
import { ExecutionFilters } from "#components/executions/execution-filters";
import { ExecutionTable } from "#components/executions/execution-table";
import { EXECUTION_WIDTHS } from "#components/executions/execution-widths";
import { Button } from "#components/ui/button";
import { PageHeader } from "#components/ui/page-header";
import { dayEnd, dayStart } from "#lib/core/day-bounds";
import { listInput, type SearchParams } from "#lib/core/list-input";
import { jobChoices } from "#lib/features/backup-jobs/queries";
import { datasourceChoices } from "#lib/features/datasources/queries";
import { listExecutions } from "#lib/features/executions/queries";
import { listExecutionsInput } from "#lib/features/executions/schema";
import { load, pageUser } from "#lib/web/page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("executions");
  return { title: t("title") };
}

export default async function ExecutionsPage(props: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("executions");
  const params = await props.searchParams;
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <Suspense fallback={<div className="h-8" />}>
        <Filters />
      </Suspense>
      <Suspense key={JSON.stringify(params)} fallback={<TableSkeleton widths={EXECUTION_WIDTHS} rows={20} />}>
        <List params={params} />
      </Suspense>
    </>
  );
}

async function Filters() {
  const { permissions } = await pageUser();
  const [jobs, datasources] = await Promise.all([
    permissions.has("backup_jobs.read") ? load(jobChoices, {}) : [],
    permissions.has("datasources.read") ? load(datasourceChoices, {}) : [],
  ]);
  return <ExecutionFilters jobs={jobs} datasources={datasources} />;
}

async function List({ params }: { params: SearchParams }) {
  const [t, timeZone] = await Promise.all([getTranslations("executions"), getTimeZone()]);
  const { from, to, ...given } = listInput(listExecutionsInput, params);
  const first = typeof from === "string" ? dayStart(from, timeZone) : null;
  const last = typeof to === "string" ? dayEnd(to, timeZone) : null;
  const { data, pagination } = await load(listExecutions, {
    ...given,
    ...(first ? { from: first } : {}),
    ...(last ? { to: last } : {}),
  });
  const { page: _page, limit: _limit, ...filters } = given;
  return (
    <ExecutionTable
      rows={data}
      pagination={pagination}
      filtered={first !== null || last !== null || Object.keys(filters).length > 0}
      emptyAction={
        <Button asChild>
          <Link href="/jobs">{t("empty.action")}</Link>
        </Button>
      }
    />
  );
}
