import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { DatasourceForm } from "#components/datasources/datasource-form";
import { PageCrumbs } from "#components/shell/crumbs";
import { PageHeader } from "#components/ui/page-header";
import { getDatasource } from "#lib/features/datasources/queries";
import { listDatasourceTypes } from "#lib/features/datasources/types-query";
import { load, pageUser } from "#lib/web/page";
import { createDatasourceAction, testDatasourceConfigAction, updateDatasourceAction } from "../../actions";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("datasources");
  return { title: t("edit") };
}

export default async function EditDatasourcePage({ params }: Props) {
  await pageUser("datasources.write");
  const { id } = await params;
  const [datasource, types, t, common] = await Promise.all([
    load(getDatasource, { id }),
    load(listDatasourceTypes, {}),
    getTranslations("datasources"),
    getTranslations("common"),
  ]);
  return (
    <>
      <PageCrumbs
        items={[{ label: datasource.name, href: `/datasources/${id}` }, { label: common("edit") }]}
      />
      <PageHeader title={t("editName", { name: datasource.name })} />
      <DatasourceForm
        types={types}
        datasource={datasource}
        create={createDatasourceAction}
        update={updateDatasourceAction}
        test={testDatasourceConfigAction}
      />
    </>
  );
}
