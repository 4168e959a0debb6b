import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { BackupTable } from "#components/backups/backup-table";
import { BACKUP_WIDTHS } from "#components/backups/backup-widths";
import { TableSkeleton } from "#components/data-table/table-skeleton";
import { PageCrumbs } from "#components/shell/crumbs";
import { PageHeader } from "#components/ui/page-header";
import { Bytes } from "#components/ui/quantity";
import { Skeleton } from "#components/ui/skeleton";
import { listInput, type SearchParams } from "#lib/core/list-input";
import { listBackupDatasources, listBackupsOfDatasource } from "#lib/features/backups/queries";
import { listBackupsInput, UNASSIGNED } from "#lib/features/backups/schema";
import { getDatasource } from "#lib/features/datasources/queries";
import { load, pageUser } from "#lib/web/page";

type Props = { params: Promise<{ datasourceId: string }>; searchParams: Promise<SearchParams> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("backups");
  return { title: t("list") };
}

export default async function DatasourceBackupsPage({ params, searchParams }: Props) {
  const [{ datasourceId }, query] = await Promise.all([params, searchParams]);
  return (
    <>
      <Suspense fallback={<Skeleton className="h-14 w-72 max-w-full" />}>
        <Heading datasourceId={datasourceId} />
      </Suspense>
      <Suspense key={JSON.stringify(query)} fallback={<TableSkeleton widths={BACKUP_WIDTHS} rows={10} />}>
        <List datasourceId={datasourceId} query={query} />
      </Suspense>
    </>
  );
}

async function Heading({ datasourceId }: { datasourceId: string }) {
  const [t, { permissions }, { data }] = await Promise.all([
    getTranslations("backups"),
    pageUser(),
    load(listBackupDatasources, {}),
  ]);
  const unassigned = datasourceId === UNASSIGNED;
  const found = data.find(({ id }) => id === (unassigned ? null : datasourceId));
  // One without backups is not in the list; its name may still be seen by who sees datasources.
  const known =
    found ??
    (!unassigned && permissions.has("datasources.read")
      ? await load(getDatasource, { id: datasourceId })
      : null);
  if (!known) notFound();
  const name = known.name ?? t("unassigned");
  return (
    <>
      <PageCrumbs items={[{ label: name }]} />
      <PageHeader
        title={unassigned ? name : t("of", { name })}
        meta={
          found && (
            <>
              <span>{t("count", { count: found.backupsCount })}</span>
              <Bytes value={found.totalBytes} />
            </>
          )
        }
      />
    </>
  );
}

async function List({ datasourceId, query }: { datasourceId: string; query: SearchParams }) {
  const { permissions } = await pageUser();
  const { data, pagination } = await load(listBackupsOfDatasource, {
    ...listInput(listBackupsInput, query),
    datasourceId,
  });
  return (
    <BackupTable
      rows={data}
      pagination={pagination}
      may={{
        restore: permissions.has("backups.restore") || permissions.has("backups.restore_verify"),
        download: permissions.has("storage.download"),
      }}
    />
  );
}
