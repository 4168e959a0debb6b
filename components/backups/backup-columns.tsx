"use client";

import { ArchiveRestore } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, columnHelper } from "#components/data-table/column-helper";
import { WithDatabase } from "#components/executions/execution-columns";
import { SizePair } from "#components/executions/size-pair";
import { Button } from "#components/ui/button";
import { Missing } from "#components/ui/missing";
import { StatusBadge } from "#components/ui/status-badge";
import { Time } from "#components/ui/time";
import { Tooltip } from "#components/ui/tooltip";
import type { BackupEntry } from "#lib/features/backups/schema";

const column = columnHelper<BackupEntry>();

export function useBackupColumns(restore: boolean): Column<BackupEntry>[] {
  const t = useTranslations("backups");
  return useMemo(
    () => [
      column.display({
        id: "date",
        header: t("columns.date"),
        cell: ({ row }) => <Time value={row.original.finishedAt} format="medium" />,
        meta: { width: "12rem", card: "title" },
      }),
      column.display({
        id: "job",
        header: t("columns.job"),
        cell: ({ row }) => <Job entry={row.original} />,
      }),
      column.display({
        id: "size",
        header: t("columns.size"),
        cell: ({ row }) => <SizePair execution={row.original} />,
        meta: { width: "10rem", align: "end" },
      }),
      column.display({
        id: "storages",
        header: t("columns.storages"),
        cell: ({ row }) => <Storages entry={row.original} />,
        meta: { from: "lg" },
      }),
      column.display({
        id: "checksum",
        header: t("columns.checksum"),
        cell: ({ row }) => <Checksum value={row.original.checksum} />,
        meta: { width: "8rem", from: "xl" },
      }),
      column.display({
        id: "verified",
        header: t("columns.verified"),
        cell: ({ row }) => <Verified at={row.original.verifiedAt} />,
        meta: { width: "8rem" },
      }),
      ...(restore
        ? [
            column.display({
              id: "restore",
              header: () => <span className="sr-only">{t("restore")}</span>,
              cell: ({ row }) => <RestoreLink id={row.original.id} />,
              meta: { width: "7rem", align: "end", card: "corner", label: t("restore") },
            }),
          ]
        : []),
    ],
    [t, restore],
  );
}

function Job({ entry }: { entry: BackupEntry }) {
  const t = useTranslations("backups");
  const name = entry.jobName ?? <span className="text-faint">{t("deletedJob")}</span>;
  if (entry.databaseName === null) return name;
  return <WithDatabase name={name} database={entry.databaseName} />;
}

function Storages({ entry }: { entry: BackupEntry }) {
  const names = entry.storages.filter(({ status }) => status === "stored").map(({ name }) => name);
  const [first, ...others] = names;
  if (first === undefined) return <Missing />;
  if (others.length === 0) return <span className="text-muted-foreground">{first}</span>;
  return (
    <Tooltip content={names.join(", ")}>
      <span className="flex min-w-0 gap-1.5 text-muted-foreground">
        <span className="truncate">{first}</span>
        <span aria-hidden="true" className="shrink-0">
          +{others.length}
        </span>
        <span className="sr-only">{others.join(", ")}</span>
      </span>
    </Tooltip>
  );
}

function Checksum({ value }: { value: string | null }) {
  if (!value) return <Missing />;
  return (
    <Tooltip content={<span className="break-all font-mono">{value}</span>}>
      <span className="font-mono text-muted-foreground text-xs">
        {value.replace(/^sha256:/, "").slice(0, 10)}
      </span>
    </Tooltip>
  );
}

function Verified({ at }: { at: Date | null }) {
  const t = useTranslations("backups");
  if (!at) return <span className="text-faint">{t("notVerified")}</span>;
  return (
    <StatusBadge tone="success" appearance="plain">
      <Time value={at} />
    </StatusBadge>
  );
}

function RestoreLink({ id }: { id: string }) {
  const t = useTranslations("backups");
  return (
    <Button variant="outline" size="sm" asChild>
      <Link href={`/backups/restore/${id}`} prefetch={false}>
        <ArchiveRestore />
        {t("restore")}
      </Link>
    </Button>
  );
}
