import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { ImportForm } from "#components/imports/import-form";
import { FormSkeleton } from "#components/jobs/form-skeleton";
import { PageCrumbs } from "#components/shell/crumbs";
import { PageHeader } from "#components/ui/page-header";
import { listRestoreTargets } from "#lib/features/backups/queries";
import { listDatasources } from "#lib/features/datasources/queries";
import { uploadEndings } from "#lib/features/imports/upload-name";
import { listStorageLocations } from "#lib/features/storage-locations/queries";
import { load, pageUser } from "#lib/web/page";
import { checkImportAction } from "../actions";
import { placeOf } from "../place-of";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("imports");
  return { title: t("title") };
}

export default async function ImportPage() {
  const t = await getTranslations("imports");
  return (
    <>
      <PageCrumbs items={[{ label: t("title") }]} />
      <PageHeader title={t("title")} description={t("description")} />
      <Suspense fallback={<FormSkeleton />}>
        <Content />
      </Suspense>
    </>
  );
}

async function Content() {
  const { permissions } = await pageUser("backups.restore");
  const [targets, known, storages] = await Promise.all([
    load(listRestoreTargets, {}),
    permissions.has("datasources.read") ? load(listDatasources, { limit: 100 }) : null,
    permissions.has("storage.read") ? load(listStorageLocations, { limit: 100 }) : null,
  ]);
  const details = new Map((known?.data ?? []).map((datasource) => [datasource.id, datasource]));
  return (
    <ImportForm
      targets={targets.data.map((target) => ({
        ...target,
        ...placeOf(details.get(target.id)),
        endings: uploadEndings(target.type),
        origin: false,
      }))}
      storages={(storages?.data ?? []).map(({ id, name, type, isDefault }) => ({
        id,
        name,
        type,
        isDefault,
      }))}
      check={checkImportAction}
    />
  );
}
