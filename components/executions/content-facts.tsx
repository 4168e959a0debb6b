"use client";

import { useLocale, useTranslations } from "next-intl";
import { Copyable } from "#components/executions/copyable";
import { count, list, text } from "#components/executions/execution-metadata";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import { DescriptionList } from "#components/ui/description-list";
import { Count } from "#components/ui/quantity";
import { Time } from "#components/ui/time";
import { formatRatio } from "#lib/core/format";
import type { ExecutionDetail } from "#lib/features/executions/schema";

/** What came out. */
export function ContentFacts({ execution }: { execution: ExecutionDetail }) {
  const t = useTranslations("executions.facts");
  const locale = useLocale();
  const { metadata } = execution;
  const checksum = text(metadata, "checksum");
  const ratio = count(metadata, "compression_ratio");
  const compression = text(metadata, "compression");
  const tables = count(metadata, "tables_backed_up");
  const rows = count(metadata, "rows_approximate");
  const server = text(metadata, "database_version");
  const tool = text(metadata, "tool_version");
  const databases = list(metadata, "databases");
  if (!checksum && !server && !tool) return null;
  return (
    <Card>
      <CardHeader title={t("content")} />
      <CardBody>
        <DescriptionList
          items={[
            server !== null && { label: t("server"), value: server },
            tool !== null && { label: t("tool"), value: tool },
            databases.length > 0 && { label: t("databases"), value: databases.join(", "), mono: true },
            tables !== null && { label: t("tablesCount"), value: <Count value={tables} /> },
            rows !== null && { label: t("rows"), value: <Count value={rows} /> },
            compression !== null && {
              label: t("compression"),
              value: ratio === null ? compression : `${compression}, ${formatRatio(ratio, locale)}`,
            },
            execution.verifiedAt && { label: t("verified"), value: <Time value={execution.verifiedAt} /> },
            checksum !== null && { label: t("checksum"), value: <Copyable value={checksum} /> },
          ]}
        />
      </CardBody>
    </Card>
  );
}
