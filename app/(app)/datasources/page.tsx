import { Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { TableSkeleton } from "#components/data-table/table-skeleton";
import { DatasourceFilters } from "#components/datasources/datasource-filters";
import { DatasourceTable } from "#components/datasources/datasource-table";
import { Button } from "#components/ui/button";
import { PageHeader } from "#components/ui/page-header";
import { listDatasources } from "#lib/features/datasources/queries";
import { DATASOURCE_STATUSES, listDatasourcesInput } from "#lib/features/datasources/schema";
import { listDatasourceTags } from "#lib/features/datasources/tags-query";
import { listDatasourceTypes } from "#lib/features/datasources/types-query";
import { load, pageUser } from "#lib/web/page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("datasources");
  return { title: t("title") };
}

type Search = Record<string, string | string[] | undefined>;

export default async function DatasourcesPage({ searchParams }: { searchParams: Promise<Search> }) {
  const [user, search, t] = await Promise.all([
    pageUser("datasources.read"),
    searchParams,
    getTranslations("datasources"),
  ]);
  const mayWrite = user.permissions.has("datasources.write");
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          mayWrite && (
            <Button asChild>
              <Link href="/datasources/new">
                <Plus />
                {t("new")}
              </Link>
            </Button>
          )
        }
      />
      <Suspense
        key={JSON.stringify(search)}
        fallback={
          <>
            <div className="h-8" />
            <TableSkeleton widths={[null, "6.5rem", null, "11.5rem", "7.5rem", "4rem", "11rem"]} />
          </>
        }
      >
        <List search={search} mayWrite={mayWrite} />
      </Suspense>
    </>
  );
}

async function List({ search, mayWrite }: { search: Search; mayWrite: boolean }) {
  const input = filtersOf(search);
  const [{ data, pagination }, types, tags] = await Promise.all([
    load(listDatasources, input),
    load(listDatasourceTypes, {}),
    load(listDatasourceTags, {}),
  ]);
  const filtered = Object.keys(input).some((key) => key !== "page" && key !== "limit");
  return (
    <>
      {(data.length > 0 || filtered) && (
        <DatasourceFilters types={types.map(({ type }) => type)} statuses={DATASOURCE_STATUSES} tags={tags} />
      )}
      <DatasourceTable rows={data} pagination={pagination} filtered={filtered} mayWrite={mayWrite} />
    </>
  );
}

/** The address may hold anything: what does not fit is left out instead of failing the page. */
function filtersOf(search: Search) {
  const shape = listDatasourcesInput.shape;
  const keys = ["page", "limit", "type", "status", "tag"] as const;
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = search[key];
      return value !== undefined && shape[key].safeParse(value).success ? [[key, value]] : [];
    }),
  );
}
