import { FolderOpen, Pencil } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type DeleteAction, DeleteButton } from "#components/critical/delete-button";
import { CheckedLine } from "#components/health/checked-line";
import { DefaultButton } from "#components/storage/default-button";
import { StorageStatusBadge } from "#components/storage/status-badge";
import { StorageTestButton } from "#components/storage/storage-test";
import { Badge } from "#components/ui/badge";
import { Button } from "#components/ui/button";
import { PageHeader } from "#components/ui/page-header";
import type { ActionResult } from "#lib/core/action-result";
import type { StorageLocation } from "#lib/features/storage-locations/schema";

type StorageHeaderProps = {
  storage: StorageLocation;
  jobs: readonly { id: string; name: string }[];
  everyMs: number;
  mayWrite: boolean;
  remove: DeleteAction;
  makeDefault: (input: { id: string; isDefault: true }) => Promise<ActionResult>;
};

export function StorageHeader({ storage, jobs, everyMs, mayWrite, remove, makeDefault }: StorageHeaderProps) {
  const t = useTranslations("storage");
  const common = useTranslations("common");
  const { id, name, status, isDefault, lastHealthCheckAt } = storage;
  return (
    <PageHeader
      title={name}
      badge={
        <>
          <StorageStatusBadge status={status} checked={lastHealthCheckAt !== null} />
          {isDefault && <Badge variant="primary">{t("default")}</Badge>}
        </>
      }
      meta={<CheckedLine at={lastHealthCheckAt} everyMs={everyMs} />}
      actions={
        <>
          {mayWrite && !isDefault && <DefaultButton id={id} name={name} makeDefault={makeDefault} />}
          {mayWrite && (
            <>
              <DeleteButton
                id={id}
                title={t("delete.title", { name })}
                description={t("delete.text")}
                done={t("delete.done", { name })}
                remove={remove}
                backHref="/storage"
                jobs={jobs.map((job) => ({ id: job.id, name: job.name }))}
              />
              <Button variant="outline" asChild>
                <Link href={`/storage/${id}/edit`}>
                  <Pencil />
                  {common("edit")}
                </Link>
              </Button>
            </>
          )}
          <StorageTestButton />
          <Button asChild>
            <Link href={`/storage/${id}/files`}>
              <FolderOpen />
              {t("files.browse")}
            </Link>
          </Button>
        </>
      }
    />
  );
}
