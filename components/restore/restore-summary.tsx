"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { databaseOf, type RestoreValues, type Target } from "#components/restore/restore-values";
import { Callout } from "#components/ui/callout";
import { Time } from "#components/ui/time";
import type { ExecutionDetail } from "#lib/features/executions/schema";

type RestoreSummaryProps = {
  backup: ExecutionDetail;
  target: Target | undefined;
  values: RestoreValues;
};

const strong = (chunks: ReactNode) => <strong className="break-words font-semibold">{chunks}</strong>;

/** The steps in their order, with the names of the real machine and database in them. */
export function RestoreSummary({ backup, target, values }: RestoreSummaryProps) {
  const t = useTranslations("restore.summary");
  if (!target) return <p className="text-muted-foreground text-sm">{t("chooseTarget")}</p>;
  const verify = values.mode === "verify";
  const database = verify ? target.database : databaseOf(target, values, backup.databaseName);
  const source = backup.databaseName ?? target.database;
  const place = {
    strong,
    datasource: target.name,
    host: target.host ?? t("itsServer"),
    database: database ?? target.name,
    time: () => <Time value={backup.finishedAt} format="medium" />,
  };
  const keys = verify
    ? [
        "verify.create",
        "verify.load",
        "verify.compare",
        values.keep_verification_database ? "verify.keep" : "verify.drop",
      ]
    : [
        values.tables.length > 0 ? "restore.tables" : "restore.all",
        values.drop_existing ? "restore.drop" : "restore.noDrop",
        "restore.rest",
        "restore.failure",
      ];
  return (
    <div className="grid gap-3 text-sm">
      <ol className="grid list-decimal gap-1.5 pl-5 marker:text-faint">
        {keys.map((key) => (
          <li key={key} className="text-pretty pl-1">
            {t.rich(key, { ...place, tables: values.tables.join(", ") })}
          </li>
        ))}
      </ol>
      {!verify && target.origin && database === source && (
        <Callout tone="warning" title={t("originTitle")}>
          {t.rich("origin", place)}
        </Callout>
      )}
    </div>
  );
}
