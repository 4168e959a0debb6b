"use client";

import { Archive, File, FileArchive, FileJson, Folder, ScrollText } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, columnHelper } from "#components/data-table/column-helper";
import { Badge, type BadgeProps } from "#components/ui/badge";
import { Missing } from "#components/ui/missing";
import { Bytes } from "#components/ui/quantity";
import { Time } from "#components/ui/time";
import type { StorageFile } from "#lib/features/storage-files/schema";

const column = columnHelper<StorageFile>();

const ICONS: Record<StorageFile["role"], typeof File> = {
  folder: Folder,
  backup: Archive,
  artifact: FileArchive,
  chunk: FileArchive,
  manifest: FileJson,
  log: ScrollText,
  other: File,
};

const BADGES: Record<StorageFile["role"], NonNullable<BadgeProps["variant"]>> = {
  folder: "neutral",
  backup: "primary",
  artifact: "primary",
  chunk: "primary",
  manifest: "info",
  log: "neutral",
  other: "outline",
};

export function useFileColumns(linksExecutions: boolean): Column<StorageFile>[] {
  const t = useTranslations("storage.files");
  return useMemo(
    () => [
      column.accessor("name", {
        header: t("columns.name"),
        cell: ({ row }) => <Name file={row.original} />,
        meta: { card: "title" },
      }),
      column.accessor("role", {
        header: t("columns.kind"),
        cell: ({ row }) => <RoleBadge file={row.original} />,
        meta: { width: "8rem", card: "corner" },
      }),
      column.accessor("sizeBytes", {
        header: t("columns.size"),
        cell: ({ row }) => <Size file={row.original} />,
        meta: { width: "8rem", align: "end" },
      }),
      column.accessor("modifiedAt", {
        header: t("columns.modified"),
        cell: ({ getValue }) => <Time value={getValue()} />,
        meta: { width: "9rem" },
      }),
      column.accessor("executionId", {
        header: t("columns.execution"),
        cell: ({ getValue }) => <Execution id={getValue()} linked={linksExecutions} />,
        meta: { width: "8rem", from: "lg", card: "hide" },
      }),
    ],
    [t, linksExecutions],
  );
}

function Name({ file }: { file: StorageFile }) {
  const Icon = ICONS[file.role];
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Icon aria-hidden="true" className="size-4 shrink-0 text-muted-foreground" />
      <span className="truncate" title={file.name}>
        {file.name}
      </span>
    </span>
  );
}

function RoleBadge({ file }: { file: StorageFile }) {
  const t = useTranslations("storage.files.roles");
  const words = file.role === "chunk" ? t("chunk", { number: file.chunkNumber ?? 0 }) : t(file.role);
  return <Badge variant={BADGES[file.role]}>{words}</Badge>;
}

/** Nobody knows the size of a folder; what counts in it are its backups. */
function Size({ file }: { file: StorageFile }) {
  const t = useTranslations("storage.files");
  if (file.kind === "file") return <Bytes value={file.sizeBytes} />;
  if (file.role === "backup" || !file.backupsCount) return <Missing />;
  return <span className="text-muted-foreground">{t("backups", { count: file.backupsCount })}</span>;
}

function Execution({ id, linked }: { id: string | null; linked: boolean }) {
  if (id === null) return <Missing />;
  const short = <span className="font-mono text-xs">{id.slice(0, 8)}</span>;
  if (!linked) return short;
  return (
    <Link
      href={`/executions/${id}`}
      prefetch={false}
      className="rounded-sm underline decoration-border-strong underline-offset-4 hover:decoration-current"
    >
      {short}
    </Link>
  );
}
