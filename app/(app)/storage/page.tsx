import { Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { TableSkeleton } from "#components/data-table/table-skeleton";
import { StorageFilters } from "#components/storage/storage-filters";
import { StorageTable } from "#components/storage/storage-table";
import { Button } from "#components/ui/button";
import { PageHeader } from "#components/ui/page-header";
import { listStorageLocations } from "#lib/features/storage-locations/queries";
import { listStorageInput, STORAGE_STATUSES } from "#lib/features/storage-locations/schema";
import { listStorageTypes } from "#lib/features/storage-locations/types-query";
import { load, pageUser } from "#lib/web/page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("storage");
  return { title: t("title") };
}

type Search = Record<string, string | string[] | undefined>;
const WIDTHS = [null, "8rem", null, "8.5rem", "6.5rem", "6.5rem", "5.5rem", "5rem"];

export default async function StoragePage({ searchParams }: { searchParams: Promise<Search> }) {
  const [user, search, t] = await Promise.all([
    pageUser("storage.read"),
    searchParams,
    getTranslations("storage"),
  ]);
  const mayWrite = user.permissions.has("storage.write");
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          mayWrite && (
            <Button asChild>
              <Link href="/storage/new">
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
            <TableSkeleton widths={WIDTHS} />
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
  const [{ data, pagination }, { types }] = await Promise.all([
    load(listStorageLocations, input),
    load(listStorageTypes, {}),
  ]);
  const filtered = "type" in input || "status" in input;
  return (
    <>
      {(data.length > 0 || filtered) && (
        <StorageFilters types={types.map(({ type }) => type)} statuses={STORAGE_STATUSES} />
      )}
      <StorageTable rows={data} pagination={pagination} filtered={filtered} mayWrite={mayWrite} />
    </>
  );
}

/** The address may hold anything: what does not fit is left out instead of failing the page. */
function filtersOf(search: Search) {
  const shape = listStorageInput.shape;
  const keys = ["page", "limit", "type", "status"] as const;
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = search[key];
      return value !== undefined && shape[key].safeParse(value).success ? [[key, value]] : [];
    }),
  );
}
