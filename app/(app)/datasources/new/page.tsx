import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { DatasourceForm } from "#components/datasources/datasource-form";
import { PageHeader } from "#components/ui/page-header";
import { listDatasourceTypes } from "#lib/features/datasources/types-query";
import { load, pageUser } from "#lib/web/page";
import { createDatasourceAction, testDatasourceConfigAction, updateDatasourceAction } from "../actions";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("datasources");
  return { title: t("new") };
}

export default async function NewDatasourcePage() {
  await pageUser("datasources.write");
  const [types, t] = await Promise.all([load(listDatasourceTypes, {}), getTranslations("datasources")]);
  return (
    <>
      <PageHeader title={t("new")} description={t("newText")} />
      <DatasourceForm
        types={types}
        create={createDatasourceAction}
        update={updateDatasourceAction}
        test={testDatasourceConfigAction}
      />
    </>
  );
}
