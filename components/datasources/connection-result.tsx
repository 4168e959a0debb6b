"use client";

import { useLocale, useTranslations } from "next-intl";
import { Said, useSaid } from "#components/shell/use-said";
import { Callout } from "#components/ui/callout";
import { CodeBlock } from "#components/ui/code-block";
import type { ActionError, ActionResult } from "#lib/core/action-result";
import { formatBytes, formatDuration } from "#lib/core/format";
import type { ConnectionReport } from "#lib/features/datasources/schema";

/** What a connection test found out, or precisely why it failed. */
export function ConnectionResult({ result }: { result: ActionResult<ConnectionReport> }) {
  if (!result.ok) return <Failure error={result.error} />;
  return <Success report={result.data} />;
}

const REASONS = ["timeout", "auth_failed", "unreachable"] as const;

function Failure({ error }: { error: ActionError }) {
  const t = useTranslations("datasources.test");
  const given = (error.details as { reason?: string } | undefined)?.reason;
  const reason = REASONS.find((each) => each === given);
  const title =
    error.code === "TOOL_MISSING" ? t("toolMissing") : reason ? t(`reasons.${reason}`) : t("failed");
  return (
    <Callout tone="danger" title={title}>
      <Said>{error.message}</Said>
    </Callout>
  );
}

function Success({ report }: { report: ConnectionReport }) {
  const t = useTranslations("datasources.test");
  const locale = useLocale();
  const said = useSaid();
  const missing = report.tools.filter((tool) => tool.path === null);
  const found = report.tools.filter((tool) => tool.path !== null);
  const { database_size_bytes: size, active_connections: connections } = report.details;
  const facts = [
    t("latency", { time: formatDuration(report.latencyMs, locale) }),
    typeof size === "number" ? t("size", { size: formatBytes(size, locale) }) : null,
    typeof connections === "number" ? t("connections", { count: connections }) : null,
  ];
  return (
    <div className="grid gap-3">
      <Callout
        tone={report.status === "warning" ? "warning" : "success"}
        title={t("connected", { version: report.serverVersion })}
      >
        {facts.filter((fact) => fact !== null).join(" · ")}
        {found.length > 0 && (
          <span className="block">
            {t("tools", {
              list: found.map((tool) => [tool.name, tool.version].filter(Boolean).join(" ")).join(", "),
            })}
          </span>
        )}
      </Callout>
      {missing.map((tool) => (
        <Callout key={tool.name} tone="warning" title={t("missing", { tool: tool.name })}>
          <CodeBlock code={said(tool.install)} label={t("install")} className="mt-2" />
        </Callout>
      ))}
    </div>
  );
}
