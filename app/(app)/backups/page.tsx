import { Upload } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { BackupSourceTable } from "#components/backups/backup-source-table";
import { BACKUP_SOURCE_WIDTHS } from "#components/backups/backup-widths";
import { TableSkeleton } from "#components/data-table/table-skeleton";
import { Button } from "#components/ui/button";
import { PageHeader } from "#components/ui/page-header";
import { listBackupDatasources } from "#lib/features/backups/queries";
import { load, pageUser } from "#lib/web/page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("backups");
  return { title: t("title") };
}

export default async function BackupsPage() {
  const [t, { permissions }] = await Promise.all([getTranslations("backups"), pageUser()]);
  const upload = permissions.has("backups.restore") && (
    <Button variant="outline" asChild>
      <Link href="/backups/import">
        <Upload />
        {t("import")}
      </Link>
    </Button>
  );
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} actions={upload} />
      <Suspense fallback={<TableSkeleton widths={BACKUP_SOURCE_WIDTHS} rows={5} pagination={false} />}>
        <Sources />
      </Suspense>
    </>
  );
}

async function Sources() {
  const [t, { data }] = await Promise.all([getTranslations("backups"), load(listBackupDatasources, {})]);
  return (
    <BackupSourceTable
      rows={data}
      emptyAction={
        <Button asChild>
          <Link href="/jobs">{t("empty.action")}</Link>
        </Button>
      }
    />
  );
}
