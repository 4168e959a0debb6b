import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { DetailSkeleton } from "#components/activity/detail-skeleton";
import { ConfigFacts, DatasourceFacts, LastFailure } from "#components/datasources/facts";
import { DatasourceHeader } from "#components/datasources/header";
import { ConnectionTest, TestResult } from "#components/datasources/test-button";
import { ToolsCard } from "#components/datasources/tools-card";
import { HistoryCard } from "#components/health/history-card";
import { PageCrumbs } from "#components/shell/crumbs";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import { listJobs } from "#lib/features/backup-jobs/queries";
import { getDatasource } from "#lib/features/datasources/queries";
import { listDatasourceTypes } from "#lib/features/datasources/types-query";
import { getDatasourceHealth } from "#lib/features/health/history";
import { load, pageUser } from "#lib/web/page";
import { deleteDatasourceAction, testDatasourceAction } from "../actions";
import { Jobs, Recent } from "./activity";
import { SchemaCard } from "./schema-card";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("datasources");
  return { title: t("one") };
}

export default async function DatasourcePage({ params }: Props) {
  const { id } = await params;
  return (
    <Suspense fallback={<DetailSkeleton />}>
      <Detail id={id} />
    </Suspense>
  );
}

async function Detail({ id }: { id: string }) {
  const user = await pageUser("datasources.read");
  const may = (permission: Parameters<typeof user.permissions.has>[0]) => user.permissions.has(permission);
  const [datasource, types, health, jobs, t] = await Promise.all([
    load(getDatasource, { id }),
    load(listDatasourceTypes, {}),
    load(getDatasourceHealth, { id }),
    may("backup_jobs.read") ? load(listJobs, { datasourceId: id, limit: 50 }) : null,
    getTranslations("datasources"),
  ]);
  const info = types.find(({ type }) => type === datasource.type);
  return (
    <ConnectionTest id={id} test={testDatasourceAction}>
      <PageCrumbs items={[{ label: datasource.name }]} />
      <DatasourceHeader
        datasource={datasource}
        jobs={jobs?.data ?? []}
        everyMs={health.everyMs}
        mayWrite={may("datasources.write")}
        remove={deleteDatasourceAction}
      />
      <TestResult>
        <LastFailure status={datasource.status} check={health.last} />
      </TestResult>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-4">
          <HistoryCard history={health} />
          {jobs && <Jobs jobs={jobs.data} mayWrite={may("backup_jobs.write")} datasourceId={id} />}
          {may("executions.read") && (
            <Suspense>
              <Recent datasourceId={id} backups={may("backups.read")} />
            </Suspense>
          )}
        </div>
        <div className="grid min-w-0 gap-4">
          <Card>
            <CardHeader title={t("facts.title")} />
            <CardBody>
              <DatasourceFacts datasource={datasource} check={health.last} />
            </CardBody>
          </Card>
          <Card>
            <CardHeader title={t("facts.connection")} />
            <CardBody>
              <ConfigFacts specs={info?.fields ?? []} config={datasource.connectionConfig} />
            </CardBody>
          </Card>
          <Suspense>
            <SchemaCard id={id} mayQuery={may("datasources.query")} />
          </Suspense>
          <ToolsCard tools={info?.tools ?? []} config={datasource.connectionConfig} />
        </div>
      </div>
    </ConnectionTest>
  );
}
