import { Pencil } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type DeleteAction, DeleteButton } from "#components/critical/delete-button";
import { DatasourceStatusBadge } from "#components/datasources/status-badge";
import { TestButton } from "#components/datasources/test-button";
import { CheckedLine } from "#components/health/checked-line";
import { Badge } from "#components/ui/badge";
import { Button } from "#components/ui/button";
import { PageHeader } from "#components/ui/page-header";
import type { Datasource } from "#lib/features/datasources/schema";

type DatasourceHeaderProps = {
  datasource: Datasource;
  jobs: readonly { id: string; name: string }[];
  everyMs: number;
  mayWrite: boolean;
  remove: DeleteAction;
};

export function DatasourceHeader({ datasource, jobs, everyMs, mayWrite, remove }: DatasourceHeaderProps) {
  const t = useTranslations("datasources");
  const common = useTranslations("common");
  const { id, name, status, enabled, lastHealthCheckAt } = datasource;
  return (
    <PageHeader
      title={name}
      badge={
        <>
          <DatasourceStatusBadge status={status} />
          {!enabled && <Badge variant="outline">{t("disabled")}</Badge>}
        </>
      }
      meta={<CheckedLine at={lastHealthCheckAt} everyMs={everyMs} enabled={enabled} />}
      actions={
        <>
          {mayWrite && (
            <DeleteButton
              id={id}
              title={t("delete.title", { name })}
              description={t("delete.text")}
              done={t("delete.done", { name })}
              remove={remove}
              backHref="/datasources"
              jobs={jobs.map((job) => ({ id: job.id, name: job.name }))}
            />
          )}
          {mayWrite && (
            <Button variant="outline" asChild>
              <Link href={`/datasources/${id}/edit`}>
                <Pencil />
                {common("edit")}
              </Link>
            </Button>
          )}
          <TestButton />
        </>
      }
    />
  );
}
