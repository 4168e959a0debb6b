"use client";

import { useTranslations } from "next-intl";
import { ContentFacts } from "#components/executions/content-facts";
import { ExecutionActions, type ExecutionCommands } from "#components/executions/execution-actions";
import { ExecutionBadge, stateOf } from "#components/executions/execution-badge";
import { RunFacts } from "#components/executions/execution-facts";
import { ExecutionFiles } from "#components/executions/execution-files";
import { fateOf, verificationOf } from "#components/executions/execution-metadata";
import { nameOf, operationOf } from "#components/executions/execution-name";
import { ExecutionNotice } from "#components/executions/execution-notice";
import { ExecutionProgress } from "#components/executions/execution-progress";
import { RunCard } from "#components/executions/run-card";
import { isLive, useExecutionStream } from "#components/executions/use-execution-stream";
import { VerificationTable } from "#components/executions/verification-table";
import type { LogLine as Row } from "#components/ui/log-row";
import { LogViewer } from "#components/ui/log-viewer";
import { PageHeader } from "#components/ui/page-header";
import { Time } from "#components/ui/time";
import { useRefresh } from "#components/ui/use-refresh";
import type { Execution, ExecutionDetail, LogLine } from "#lib/features/executions/schema";

type ExecutionViewProps = {
  execution: ExecutionDetail;
  logs: readonly LogLine[];
  /** The executions of the same run over several databases, this one among them; null for a single one. */
  run: { data: readonly Execution[]; total: number } | null;
  commands: ExecutionCommands;
  may: { control: boolean; restore: boolean; download: boolean };
};

/** One execution: live while it runs, the full record afterwards. */
export function ExecutionView({ execution, logs, run, commands, may }: ExecutionViewProps) {
  const t = useTranslations("executions");
  const { state, lines, connected } = useExecutionStream(execution, logs);
  const report = verificationOf(execution.metadata);
  const dropping = !isLive(state.status) && fateOf(execution.metadata) === "pending";
  // Neither a copy that is being made nor a database that is being dropped has events of its own.
  useRefresh(dropping || execution.copies.some(({ status }) => status === "copying"));
  return (
    <>
      <PageHeader
        title={nameOf(execution, t("deleted"))}
        badge={<ExecutionBadge state={stateOf({ ...execution, ...state } as ExecutionDetail)} />}
        meta={
          <>
            <span>{t(`operation.${operationOf(execution)}`)}</span>
            <Time value={execution.startedAt ?? execution.createdAt} />
            <span className="font-mono">{execution.id.slice(0, 8)}</span>
          </>
        }
        actions={<ExecutionActions execution={execution} state={state} commands={commands} may={may} />}
      />
      <ExecutionNotice execution={execution} state={state} connected={connected} />
      <ExecutionProgress execution={execution} state={state} />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-5">
          {report && <VerificationTable report={report} />}
          <LogViewer
            lines={lines.map(toRow)}
            label={t("log")}
            className="max-h-140"
            live={isLive(state.status)}
            fileName={`${execution.id.slice(0, 8)}.log`}
            empty={t(state.status === "queued" ? "logWaiting" : "logEmpty")}
          />
        </div>
        <div className="grid min-w-0 gap-5">
          {run && execution.groupId && (
            <RunCard
              groupId={execution.groupId}
              current={execution.id}
              siblings={run.data}
              total={run.total}
            />
          )}
          <RunFacts execution={execution} />
          <ContentFacts execution={execution} />
          <ExecutionFiles execution={execution} />
        </div>
      </div>
    </>
  );
}

function toRow(line: { ts: Date | string; level: string; message: string }): Row {
  return { ts: new Date(line.ts).toISOString(), level: line.level as Row["level"], message: line.message };
}
