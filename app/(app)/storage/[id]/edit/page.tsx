import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageCrumbs } from "#components/shell/crumbs";
import { StorageForm } from "#components/storage/storage-form";
import { PageHeader } from "#components/ui/page-header";
import { getStorageLocation } from "#lib/features/storage-locations/queries";
import { listStorageTypes } from "#lib/features/storage-locations/types-query";
import { load, pageUser } from "#lib/web/page";
import { createStorageAction, testStorageConfigAction, updateStorageAction } from "../../actions";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("storage");
  return { title: t("edit") };
}

export default async function EditStoragePage({ params }: Props) {
  await pageUser("storage.write");
  const { id } = await params;
  const [storage, { types, localRoots }, t, common] = await Promise.all([
    load(getStorageLocation, { id }),
    load(listStorageTypes, {}),
    getTranslations("storage"),
    getTranslations("common"),
  ]);
  return (
    <>
      <PageCrumbs items={[{ label: storage.name, href: `/storage/${id}` }, { label: common("edit") }]} />
      <PageHeader title={t("editName", { name: storage.name })} />
      <StorageForm
        types={types}
        localRoots={localRoots}
        storage={storage}
        create={createStorageAction}
        update={updateStorageAction}
        test={testStorageConfigAction}
      />
    </>
  );
}
