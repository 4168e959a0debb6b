"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { ExecutionBadge, stateOf } from "#components/executions/execution-badge";
import { isLive } from "#components/executions/use-execution-stream";
import { Card, CardHeader } from "#components/ui/card";
import { cn } from "#components/ui/cn";
import { Bytes } from "#components/ui/quantity";
import { useRefresh } from "#components/ui/use-refresh";
import type { Execution } from "#lib/features/executions/schema";

const REFRESH_MS = 5000;

type RunCardProps = { groupId: string; current: string; siblings: readonly Execution[]; total: number };

/** The other databases of the same run, each with its own execution. */
export function RunCard({ groupId, current, siblings, total }: RunCardProps) {
  const t = useTranslations("executions.group");
  useRefresh(
    siblings.some(({ status }) => isLive(status)),
    REFRESH_MS,
  );
  const rows = siblings.toSorted(
    (a, b) =>
      (a.databaseName ?? "").localeCompare(b.databaseName ?? "") ||
      b.createdAt.getTime() - a.createdAt.getTime(),
  );
  return (
    <Card>
      <CardHeader title={t("title")} description={t("description", { count: total })} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <ul tabIndex={0} aria-label={t("title")} className="max-h-80 divide-y overflow-y-auto">
        {rows.map((row) => (
          <li
            key={row.id}
            className={cn("relative px-4 py-2", row.id === current ? "bg-sunken/60" : "hover:bg-sunken/70")}
          >
            <div className="flex min-w-0 items-center justify-between gap-3">
              <Link
                href={`/executions/${row.id}`}
                prefetch={false}
                aria-current={row.id === current ? "page" : undefined}
                className={cn(
                  "min-w-0 truncate rounded-sm font-mono text-xs after:absolute after:inset-0",
                  row.id === current && "font-semibold",
                )}
              >
                {row.databaseName ?? row.id.slice(0, 8)}
              </Link>
              <span className="flex shrink-0 items-center gap-3">
                <span className="text-muted-foreground text-xs">
                  <Bytes value={row.compressedSizeBytes} />
                </span>
                <ExecutionBadge state={stateOf(row)} appearance="plain" />
              </span>
            </div>
          </li>
        ))}
      </ul>
      {total > siblings.length && (
        <p className="border-t px-4 py-2 text-sm">
          <Link
            href={`/executions?group_id=${groupId}`}
            className="rounded-sm underline decoration-border-strong underline-offset-4 hover:decoration-current"
          >
            {t("all", { count: total })}
          </Link>
        </p>
      )}
    </Card>
  );
}
