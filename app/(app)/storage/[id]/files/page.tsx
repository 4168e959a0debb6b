import { FileArchive } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { TableSkeleton } from "#components/data-table/table-skeleton";
import { PageCrumbs } from "#components/shell/crumbs";
import { FileTable } from "#components/storage/files/file-table";
import { PathTrail } from "#components/storage/files/path-trail";
import { downloadHref } from "#components/storage/files/place";
import { Unreadable } from "#components/storage/files/unreadable";
import { Button } from "#components/ui/button";
import { PageHeader } from "#components/ui/page-header";
import { listFiles } from "#lib/features/storage-files/list-files";
import { listFilesInput } from "#lib/features/storage-files/schema";
import { getStorageLocation } from "#lib/features/storage-locations/queries";
import { attempt, load, pageUser } from "#lib/web/page";
import { copyFileAction, deletePathAction } from "../../actions";

type Search = Record<string, string | string[] | undefined>;
type Props = { params: Promise<{ id: string }>; searchParams: Promise<Search> };

/** What a phone can scroll through. */
const PAGE_SIZE = 50;
const WIDTHS = [null, "8rem", "8rem", "9rem", "8rem", "3rem"];

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("storage.files");
  return { title: t("title") };
}

export default async function StorageFilesPage({ params, searchParams }: Props) {
  const [user, { id }, search] = await Promise.all([pageUser("storage.read"), params, searchParams]);
  const [storage, t] = await Promise.all([
    load(getStorageLocation, { id }),
    getTranslations("storage.files"),
  ]);
  const at = placeOf(search);
  return (
    <>
      <PageCrumbs items={[{ label: storage.name, href: `/storage/${id}` }, { label: t("title") }]} />
      <PageHeader
        title={t("titleOf", { name: storage.name })}
        description={t("description")}
        actions={
          user.permissions.has("storage.download") && (
            <Button variant="outline" asChild>
              <a href={downloadHref(id, at.path)} download>
                <FileArchive />
                {t("zip")}
              </a>
            </Button>
          )
        }
      />
      <div className="grid min-w-0 gap-2">
        <PathTrail storage={storage} path={at.path} />
        <Suspense key={JSON.stringify(at)} fallback={<TableSkeleton widths={WIDTHS} />}>
          <Listing id={id} at={at} />
        </Suspense>
      </div>
    </>
  );
}

type Place = ReturnType<typeof placeOf>;

async function Listing({ id, at }: { id: string; at: Place }) {
  const { path, cursor, page } = at;
  const [{ permissions }, listing] = await Promise.all([
    pageUser("storage.read"),
    attempt(listFiles, { id, path, limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) }),
  ]);
  if (!listing.ok) return <Unreadable id={id} error={listing.error} />;
  return (
    <FileTable
      id={id}
      listing={listing.data}
      at={{ cursor, page }}
      may={{
        write: permissions.has("storage.write"),
        download: permissions.has("storage.download"),
        executions: permissions.has("executions.read"),
      }}
      copy={copyFileAction}
      remove={deletePathAction}
    />
  );
}

/** The address may hold anything: a cursor that is none leads to the first page. */
function placeOf(search: Search) {
  const text = (key: string) => (typeof search[key] === "string" ? search[key] : undefined);
  const cursor = listFilesInput.shape.cursor.safeParse(text("cursor")).data || undefined;
  const page = Number(text("page"));
  const known = cursor !== undefined && Number.isSafeInteger(page) && page > 1;
  return { path: text("path") ?? "", cursor, page: known ? page : cursor === undefined ? 1 : 2 };
}
