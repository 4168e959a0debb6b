"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { list, text } from "#components/executions/execution-metadata";
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
  const held = list(backup.metadata, "databases");
  const database = verify ? target.database : databaseOf(target, values, backup.databaseName);
  const source = backup.databaseName ?? target.database;
  const own = held.length > 0 ? null : text(backup.metadata, "database_name");
  const place = {
    strong,
    datasource: target.name,
    host: target.host ?? t("itsServer"),
    database: database ?? (target.wholeServer && !verify ? own : null) ?? target.name,
    databases: held.join(", "),
    count: Math.max(1, held.length),
    time: () => <Time value={backup.finishedAt} format="medium" />,
  };
  const keys = verify ? verifySteps(values) : restoreSteps(values, target, database, held);
  return (
    <div className="grid gap-3 text-sm">
      <ol className="grid list-decimal gap-1.5 pl-5 marker:text-faint">
        {keys.map((key) => (
          <li key={key} className="text-pretty pl-1">
            {t.rich(key, { ...place, tables: values.tables.join(", ") })}
          </li>
        ))}
      </ol>
      {!verify && target.origin && (database === source || held.includes(database ?? "")) && (
        <Callout tone="warning" title={t("originTitle")}>
          {t.rich("origin", place)}
        </Callout>
      )}
    </div>
  );
}

const verifySteps = (values: RestoreValues) => [
  "verify.create",
  "verify.load",
  "verify.compare",
  values.keep_verification_database ? "verify.keep" : "verify.drop",
];

/** `held` are the databases of a whole server's backup; without a database named, the target takes them all. */
function restoreSteps(
  { tables, drop_existing: drop }: RestoreValues,
  target: Target,
  database: string | null,
  held: readonly string[],
): string[] {
  const all = database === null && target.wholeServer;
  const server = all && held.length > 0;
  const chosen = all ? "restore.tablesServer" : "restore.tables";
  const one = held.length > 0 && database !== null;
  const whole = server ? "restore.server" : one ? "restore.one" : "restore.all";
  const users = server && tables.length === 0 ? [drop ? "restore.usersDrop" : "restore.users"] : [];
  return [
    tables.length > 0 ? chosen : whole,
    drop ? "restore.drop" : "restore.noDrop",
    ...users,
    "restore.rest",
    "restore.failure",
  ];
}
