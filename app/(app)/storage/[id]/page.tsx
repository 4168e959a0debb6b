import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { DetailSkeleton } from "#components/activity/detail-skeleton";
import { ExecutionList } from "#components/activity/execution-list";
import { JobList } from "#components/activity/job-list";
import { Quiet } from "#components/activity/quiet";
import { ConfigFacts } from "#components/datasources/facts";
import { HistoryCard } from "#components/health/history-card";
import { PageCrumbs } from "#components/shell/crumbs";
import { LastStorageFailure, StorageFacts } from "#components/storage/facts";
import { StorageHeader } from "#components/storage/header";
import { ScanCard } from "#components/storage/scan-card";
import { SpaceCard } from "#components/storage/space-card";
import { StorageTest, StorageTestOutcome } from "#components/storage/storage-test";
import { Button } from "#components/ui/button";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import { listExecutions } from "#lib/features/executions/queries";
import { getStorageHealth } from "#lib/features/health/history";
import { getStorageScan } from "#lib/features/imports/scan-storage";
import { getStorageLocation } from "#lib/features/storage-locations/queries";
import { getStorageSpace } from "#lib/features/storage-locations/space-query";
import { listStorageTypes } from "#lib/features/storage-locations/types-query";
import { getStorageUse, type StorageUse } from "#lib/features/storage-locations/use-query";
import { load, pageUser } from "#lib/web/page";
import { deleteStorageAction, scanStorageAction, testStorageAction, updateStorageAction } from "../actions";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("storage");
  return { title: t("one") };
}

export default async function StorageDetailPage({ params }: Props) {
  const { id } = await params;
  return (
    <Suspense fallback={<DetailSkeleton />}>
      <Detail id={id} />
    </Suspense>
  );
}

async function Detail({ id }: { id: string }) {
  const user = await pageUser("storage.read");
  const [storage, use, health, { types }, scan, t] = await Promise.all([
    load(getStorageLocation, { id }),
    load(getStorageUse, { id }),
    load(getStorageHealth, { id }),
    load(listStorageTypes, {}),
    load(getStorageScan, { id }),
    getTranslations("storage"),
  ]);
  const specs = types.find(({ type }) => type === storage.type)?.fields ?? [];
  return (
    <StorageTest id={id} test={testStorageAction}>
      <PageCrumbs items={[{ label: storage.name }]} />
      <StorageHeader
        storage={storage}
        jobs={use.jobs}
        everyMs={health.everyMs}
        mayWrite={user.permissions.has("storage.write")}
        remove={deleteStorageAction}
        makeDefault={updateStorageAction}
      />
      <StorageTestOutcome>
        <LastStorageFailure storage={storage} check={health.last} />
      </StorageTestOutcome>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-4">
          <HistoryCard history={health} />
          <Suspense>
            <Space id={id} />
          </Suspense>
          {user.permissions.has("backup_jobs.read") && (
            <Jobs jobs={use.jobs} mayWrite={user.permissions.has("backup_jobs.write")} />
          )}
          {user.permissions.has("executions.read") && (
            <Suspense>
              <Recent storageLocationId={id} />
            </Suspense>
          )}
        </div>
        <div className="grid min-w-0 gap-4">
          <Card>
            <CardHeader title={t("facts.title")} />
            <CardBody>
              <StorageFacts storage={storage} use={use} check={health.last} />
            </CardBody>
          </Card>
          <Card>
            <CardHeader title={t("facts.place")} />
            <CardBody>
              <ConfigFacts specs={specs} config={storage.config} />
            </CardBody>
          </Card>
          <ScanCard
            id={id}
            report={scan}
            scan={user.permissions.has("storage.write") ? scanStorageAction : null}
          />
        </div>
      </div>
    </StorageTest>
  );
}

async function Space({ id }: { id: string }) {
  return <SpaceCard space={await load(getStorageSpace, { id })} />;
}

async function Jobs({ jobs, mayWrite }: { jobs: StorageUse["jobs"]; mayWrite: boolean }) {
  const t = await getTranslations("storage.jobs");
  const add = mayWrite && (
    <Button variant="outline" size="sm" asChild>
      <Link href="/jobs/new">{t("new")}</Link>
    </Button>
  );
  return (
    <Card>
      <CardHeader title={t("title")} />
      {jobs.length === 0 ? (
        <Quiet action={add}>{t("empty")}</Quiet>
      ) : (
        <JobList
          jobs={jobs.map(({ id, name, datasourceName, nextExecutionAt, enabled, primary }) => ({
            id,
            name,
            detail: primary ? datasourceName : t("copy", { datasource: datasourceName }),
            nextExecutionAt,
            ...(enabled ? {} : { off: t("off") }),
          }))}
        />
      )}
    </Card>
  );
}

async function Recent({ storageLocationId }: { storageLocationId: string }) {
  const [{ data }, t] = await Promise.all([
    load(listExecutions, { storageLocationId, limit: 6 }),
    getTranslations("storage.recent"),
  ]);
  return (
    <Card>
      <CardHeader title={t("title")} />
      {data.length === 0 ? <Quiet>{t("empty")}</Quiet> : <ExecutionList executions={data} />}
    </Card>
  );
}
