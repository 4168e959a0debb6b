"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { count, list, text } from "#components/executions/execution-metadata";
import { SizePair } from "#components/executions/size-pair";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import { DescriptionList } from "#components/ui/description-list";
import { Count } from "#components/ui/quantity";
import { Time } from "#components/ui/time";
import type { ExecutionDetail } from "#lib/features/executions/schema";

/** The backup that is about to be read. */
export function BackupCard({ backup }: { backup: ExecutionDetail }) {
  const t = useTranslations("restore.backup");
  const tables = count(backup.metadata, "tables_backed_up");
  const server = text(backup.metadata, "database_version");
  const databases = list(backup.metadata, "databases");
  return (
    <Card className="max-lg:order-first">
      <CardHeader title={t("title")} />
      <CardBody>
        <DescriptionList
          items={[
            { label: t("datasource"), value: backup.datasourceName },
            { label: t("job"), value: backup.jobName },
            backup.databaseName !== null && {
              label: t("database"),
              value: backup.databaseName,
              mono: true,
            },
            databases.length > 0 && { label: t("databases"), value: databases.join(", "), mono: true },
            { label: t("date"), value: <Time value={backup.finishedAt} format="medium" /> },
            { label: t("size"), value: <SizePair execution={backup} /> },
            tables !== null && { label: t("tables"), value: <Count value={tables} /> },
            server !== null && { label: t("server"), value: server },
            {
              label: t("verified"),
              value: backup.verifiedAt ? <Time value={backup.verifiedAt} /> : t("never"),
            },
            {
              label: t("execution"),
              value: (
                <Link
                  href={`/executions/${backup.id}`}
                  className="rounded-sm font-mono text-xs underline decoration-border-strong underline-offset-4 hover:decoration-current"
                >
                  {backup.id.slice(0, 8)}
                </Link>
              ),
            },
          ]}
        />
      </CardBody>
    </Card>
  );
}
