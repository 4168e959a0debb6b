import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { StorageForm } from "#components/storage/storage-form";
import { PageHeader } from "#components/ui/page-header";
import { listStorageTypes } from "#lib/features/storage-locations/types-query";
import { load, pageUser } from "#lib/web/page";
import { createStorageAction, testStorageConfigAction, updateStorageAction } from "../actions";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("storage");
  return { title: t("new") };
}

export default async function NewStoragePage() {
  await pageUser("storage.write");
  const [{ types, localRoots }, t] = await Promise.all([
    load(listStorageTypes, {}),
    getTranslations("storage"),
  ]);
  return (
    <>
      <PageHeader title={t("new")} description={t("newText")} />
      <StorageForm
        types={types}
        localRoots={localRoots}
        create={createStorageAction}
        update={updateStorageAction}
        test={testStorageConfigAction}
      />
    </>
  );
}
