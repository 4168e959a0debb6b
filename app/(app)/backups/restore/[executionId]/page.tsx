import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { FormSkeleton } from "#components/jobs/form-skeleton";
import { NotRestorable } from "#components/restore/not-restorable";
import { RestoreForm } from "#components/restore/restore-form";
import type { Target } from "#components/restore/restore-values";
import { PageCrumbs } from "#components/shell/crumbs";
import { PageHeader } from "#components/ui/page-header";
import { listRestoreTargets } from "#lib/features/backups/queries";
import { UNASSIGNED } from "#lib/features/backups/schema";
import { getDatasource, listDatasources } from "#lib/features/datasources/queries";
import type { Datasource } from "#lib/features/datasources/schema";
import { getExecution } from "#lib/features/executions/queries";
import type { ExecutionDetail } from "#lib/features/executions/schema";
import { load, pageUser } from "#lib/web/page";
import { restoreBackupAction } from "../../actions";
import { placeOf } from "../../place-of";

type Params = { params: Promise<{ executionId: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("restore");
  return { title: t("title") };
}

export default async function RestorePage({ params }: Params) {
  const t = await getTranslations("restore");
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <Suspense fallback={<FormSkeleton />}>
        <Content params={params} />
      </Suspense>
    </>
  );
}

async function Content({ params }: Params) {
  const { executionId } = await params;
  const [t, backups, { permissions }, backup] = await Promise.all([
    getTranslations("restore"),
    getTranslations("backups"),
    pageUser(),
    load(getExecution, { id: executionId }),
  ]);
  const crumbs = backup.datasourceId
    ? [{ label: backup.datasourceName ?? "", href: `/backups/${backup.datasourceId}` }]
    : [{ label: backups("unassigned"), href: `/backups/${UNASSIGNED}` }];
  const may = {
    restore: permissions.has("backups.restore"),
    verify: permissions.has("backups.restore_verify"),
  };
  return (
    <>
      <PageCrumbs items={[...crumbs, { label: t("title") }]} />
      {backup.restorable && (may.restore || may.verify) ? (
        <RestoreForm
          backup={backup}
          targets={await targetsOf(backup)}
          may={may}
          restore={restoreBackupAction}
        />
      ) : (
        <NotRestorable backup={backup} forbidden={!may.restore && !may.verify} />
      )}
    </>
  );
}

/** Where a backup may go, the place it came from first, with host and database where the person may see them. */
async function targetsOf(backup: ExecutionDetail): Promise<Target[]> {
  const { permissions } = await pageUser();
  const origin = backup.datasourceId;
  const type = backup.datasourceType ?? backup.metadata.datasource_type;
  const [listed, known, own] = await Promise.all([
    permissions.has("backups.restore")
      ? load(listRestoreTargets, origin ? { datasourceId: origin } : {})
      : null,
    permissions.has("datasources.read") ? load(listDatasources, { limit: 100 }) : null,
    origin && permissions.has("datasources.read") ? load(getDatasource, { id: origin }) : null,
  ]);
  const details = new Map<string, Datasource>(
    [...(known?.data ?? []), ...(own ? [own] : [])].map((d) => [d.id, d]),
  );
  const targets =
    listed?.data ??
    (origin ? [{ id: origin, name: backup.datasourceName ?? "", type: "", severalDatabases: false }] : []);
  return targets
    .filter((target) => !type || !target.type || target.type === type)
    .map(({ id, name, severalDatabases }) => ({
      id,
      name,
      severalDatabases,
      ...placeOf(details.get(id)),
      origin: id === origin,
    }))
    .sort((a, b) => Number(b.origin) - Number(a.origin));
}
