"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { fateOf, requestOf, text } from "#components/executions/execution-metadata";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import { DescriptionList } from "#components/ui/description-list";
import { Duration } from "#components/ui/quantity";
import { Time } from "#components/ui/time";
import type { ExecutionDetail } from "#lib/features/executions/schema";

const link = "rounded-sm underline decoration-border-strong underline-offset-4 hover:decoration-current";

/** Who and when. */
export function RunFacts({ execution }: { execution: ExecutionDetail }) {
  const t = useTranslations("executions.facts");
  const source = text(execution.metadata, "enqueue_source");
  const request = requestOf(execution.metadata);
  const fate = execution.finishedAt && fateOf(execution.metadata);
  const temporary = text(execution.metadata, "verification_database");
  const database = execution.databaseName ?? request?.database ?? null;
  return (
    <Card>
      <CardHeader title={t("run")} />
      <CardBody>
        <DescriptionList
          items={[
            execution.jobName !== null && {
              label: t("job"),
              value: to(execution.jobId && `/jobs/${execution.jobId}`, execution.jobName),
            },
            execution.datasourceName !== null && {
              label: t(request ? "target" : "datasource"),
              value: to(
                execution.datasourceId && `/datasources/${execution.datasourceId}`,
                execution.datasourceName,
              ),
            },
            database !== null && { label: t("database"), value: database, mono: true },
            temporary !== null && { label: t("temporary"), value: temporary, mono: true },
            temporary !== null && fate && { label: t("temporaryNow"), value: t(`fate.${fate}`) },
            execution.storageLocationName !== null && {
              label: t("storage"),
              value: to(`/storage/${execution.storageLocationId}`, execution.storageLocationName),
            },
            execution.sourceExecutionId !== null && {
              label: t("source"),
              value: to(
                `/executions/${execution.sourceExecutionId}`,
                execution.sourceExecutionId.slice(0, 8),
              ),
            },
            source !== null && {
              label: t("trigger"),
              value: t.has(`triggers.${source}`) ? t(`triggers.${source}`) : source,
            },
            execution.scheduledFor && {
              label: t("scheduledFor"),
              value: <Time value={execution.scheduledFor} format="medium" />,
            },
            { label: t("queuedAt"), value: <Time value={execution.createdAt} format="medium" /> },
            execution.startedAt && {
              label: t("started"),
              value: <Time value={execution.startedAt} format="medium" />,
            },
            execution.finishedAt && {
              label: t("finished"),
              value: <Time value={execution.finishedAt} format="medium" />,
            },
            execution.durationSeconds !== null && {
              label: t("duration"),
              value: <Duration value={execution.durationSeconds * 1000} />,
            },
            request &&
              !request.verification && {
                label: t("dropExisting"),
                value: t(request.dropExisting ? "dropYes" : "dropNo"),
              },
            request &&
              request.tables.length > 0 && {
                label: t("tables"),
                value: request.tables.join(", "),
                mono: true,
              },
          ]}
        />
      </CardBody>
    </Card>
  );
}

function to(href: string | null, words: ReactNode): ReactNode {
  return href ? (
    <Link href={href} className={link}>
      {words}
    </Link>
  ) : (
    words
  );
}
