"use client";

import { ArchiveRestore, Download, ListChecks } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useBackupColumns } from "#components/backups/backup-columns";
import { DataTable } from "#components/data-table/data-table";
import { DropdownMenuItem } from "#components/ui/dropdown-menu";
import { EmptyState } from "#components/ui/empty-state";
import type { BackupEntry } from "#lib/features/backups/schema";

type BackupTableProps = {
  rows: readonly BackupEntry[];
  pagination: { total: number; page: number; limit: number };
  may: { restore: boolean; download: boolean };
};

/** The backups that can be restored, newest first. */
export function BackupTable({ rows, pagination, may }: BackupTableProps) {
  const t = useTranslations("backups");
  const router = useRouter();
  const columns = useBackupColumns(may.restore);
  return (
    <DataTable
      label={t("list")}
      columns={columns}
      rows={rows}
      rowId={(row) => row.id}
      hrefOf={(row) => `/executions/${row.id}`}
      pagination={pagination}
      actionsOf={(row) => (
        <>
          {may.restore && (
            <DropdownMenuItem onSelect={() => router.push(`/backups/restore/${row.id}`)}>
              <ArchiveRestore />
              {t("restore")}
            </DropdownMenuItem>
          )}
          {may.download && (
            <DropdownMenuItem asChild>
              <a href={`/api/backups/${row.id}/download`} download>
                <Download />
                {t("download")}
              </a>
            </DropdownMenuItem>
          )}
          <DropdownMenuItem asChild>
            <Link href={`/executions/${row.id}`} prefetch={false}>
              <ListChecks />
              {t("details")}
            </Link>
          </DropdownMenuItem>
        </>
      )}
      empty={
        <EmptyState
          icon={<ArchiveRestore />}
          title={t("emptyList.title")}
          description={t("emptyList.description")}
        />
      }
    />
  );
}
