"use client";

import { Copy, Download, FolderOpen, ListChecks, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { DataTable } from "#components/data-table/data-table";
import { CopyDialog, type CopyFile } from "#components/storage/files/copy-dialog";
import { CursorPages } from "#components/storage/files/cursor-pages";
import { type DeletePath, DeletePathDialog } from "#components/storage/files/delete-path";
import { useFileColumns } from "#components/storage/files/file-columns";
import { downloadHref, folderHref } from "#components/storage/files/place";
import { Button } from "#components/ui/button";
import { DropdownMenuItem, DropdownMenuSeparator } from "#components/ui/dropdown-menu";
import { EmptyState } from "#components/ui/empty-state";
import { toast } from "#components/ui/toaster";
import type { StorageFile, StorageFilePage } from "#lib/features/storage-files/schema";

type FileTableProps = {
  id: string;
  listing: StorageFilePage;
  at: { cursor: string | undefined; page: number };
  may: { write: boolean; download: boolean; executions: boolean };
  copy: CopyFile;
  remove: DeletePath;
};

type Asked = { what: "copy" | "delete"; file: StorageFile };

/** One page of a folder, with what can be done about each thing in it. */
export function FileTable({ id, listing, at, may, copy, remove }: FileTableProps) {
  const t = useTranslations("storage.files");
  const router = useRouter();
  const columns = useFileColumns(may.executions);
  const [asked, setAsked] = useState<Asked | null>(null);
  const done = (words: string) => {
    setAsked(null);
    toast.success(words);
    router.refresh();
  };
  const actionsOf = (file: StorageFile) => (
    <FileActions id={id} file={file} may={may} ask={(what) => setAsked({ what, file })} />
  );
  const { path, data, nextCursor } = listing;
  return (
    <>
      <DataTable
        label={t("title")}
        columns={columns}
        rows={data}
        rowId={(file) => `${file.kind}:${file.path}`}
        hrefOf={(file) => (file.kind === "folder" ? folderHref(id, file.path) : undefined)}
        {...(may.write || may.download || may.executions ? { actionsOf } : {})}
        footer={<CursorPages id={id} path={path} {...at} nextCursor={nextCursor} count={data.length} />}
        empty={<Nothing id={id} path={path} further={at.cursor !== undefined} />}
      />
      {asked?.what === "copy" && (
        <CopyDialog
          id={id}
          file={asked.file}
          copy={copy}
          onClose={() => setAsked(null)}
          onDone={(to) => done(t("copy.done", { path: to }))}
        />
      )}
      {asked?.what === "delete" && (
        <DeletePathDialog
          id={id}
          file={asked.file}
          remove={remove}
          onClose={() => setAsked(null)}
          onDone={() => done(t("delete.done", { name: asked.file.name }))}
        />
      )}
    </>
  );
}

type FileActionsProps = {
  id: string;
  file: StorageFile;
  may: FileTableProps["may"];
  ask: (what: Asked["what"]) => void;
};

function FileActions({ id, file, may, ask }: FileActionsProps) {
  const t = useTranslations("storage.files");
  const common = useTranslations("common");
  const isFolder = file.kind === "folder";
  return (
    <>
      {isFolder && (
        <DropdownMenuItem asChild>
          <Link href={folderHref(id, file.path)}>
            <FolderOpen />
            {t("open")}
          </Link>
        </DropdownMenuItem>
      )}
      {may.download && (
        <DropdownMenuItem asChild>
          <a href={downloadHref(id, file.path)} download>
            <Download />
            {isFolder ? t("zip") : common("download")}
          </a>
        </DropdownMenuItem>
      )}
      {may.executions && file.executionId !== null && (
        <DropdownMenuItem asChild>
          <Link href={`/executions/${file.executionId}`} prefetch={false}>
            <ListChecks />
            {t("toExecution")}
          </Link>
        </DropdownMenuItem>
      )}
      {may.write && !isFolder && (
        <DropdownMenuItem onSelect={() => ask("copy")}>
          <Copy />
          {t("copy.action")}
        </DropdownMenuItem>
      )}
      {may.write && (
        <>
          <DropdownMenuSeparator />
          <DropdownMenuItem destructive onSelect={() => ask("delete")}>
            <Trash2 />
            {common("delete")}
          </DropdownMenuItem>
        </>
      )}
    </>
  );
}

/** An empty root is a new storage; an empty folder was left behind; behind the last page there is nothing. */
function Nothing({ id, path, further }: { id: string; path: string; further: boolean }) {
  const t = useTranslations("storage.files.empty");
  const back = further
    ? folderHref(id, path)
    : path === ""
      ? null
      : folderHref(id, path.replace(/\/?[^/]*$/, ""));
  return (
    <EmptyState
      icon={<FolderOpen />}
      title={further ? t("further") : path === "" ? t("root") : t("folder")}
      description={further ? t("furtherText") : path === "" ? t("rootText") : t("folderText")}
      action={
        back !== null && (
          <Button variant="outline" asChild>
            <Link href={back}>{further ? t("first") : t("up")}</Link>
          </Button>
        )
      }
    />
  );
}
