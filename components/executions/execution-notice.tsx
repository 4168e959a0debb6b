"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ExecutionState, stateOf } from "#components/executions/execution-badge";
import { text } from "#components/executions/execution-metadata";
import { isLive, type LiveState } from "#components/executions/use-execution-stream";
import { useSaid } from "#components/shell/use-said";
import { Callout } from "#components/ui/callout";
import { CodeBlock } from "#components/ui/code-block";
import { Time } from "#components/ui/time";
import { type ExecutionDetail, temporaryDatabasesOf } from "#lib/features/executions/schema";

type ExecutionNoticeProps = { execution: ExecutionDetail; state: LiveState; connected: boolean };

/** What a person has to know before reading further, the graver first. */
export function ExecutionNotice({ execution, state, connected }: ExecutionNoticeProps) {
  const t = useTranslations("executions.notice");
  const current = stateOf({ ...execution, ...state } as ExecutionDetail);
  return (
    <>
      {execution.corruptAt && (
        <Callout tone="danger" title={t("corrupt.title")}>
          {t.rich("corrupt.text", { time: () => <Time value={execution.corruptAt} format="medium" /> })}
        </Callout>
      )}
      <StateNotice execution={execution} state={state} current={current} />
      {!isLive(state.status) && <LeftBehind execution={execution} />}
      {!connected && (
        <Callout tone="warning" title={t("offline.title")}>
          {t("offline.text")}
        </Callout>
      )}
      {execution.artifactRemovedAt && !execution.corruptAt && (
        <Callout tone="info" title={t("removed.title")}>
          {t.rich("removed.text", {
            time: () => <Time value={execution.artifactRemovedAt} format="medium" />,
          })}
        </Callout>
      )}
    </>
  );
}

/** Temporary databases that are still on a server, and what happens to them. */
function LeftBehind({ execution }: Pick<ExecutionNoticeProps, "execution">) {
  const t = useTranslations("executions.notice.temporary");
  const all = temporaryDatabasesOf(execution.metadata);
  return (["left", "pending"] as const).map((fate) => {
    const some = all.filter(({ state }) => state === fate);
    if (some.length === 0) return null;
    return (
      <Callout key={fate} tone="warning" title={t(`${fate}.title`, { count: some.length })}>
        <p>{t(`${fate}.text`, { count: some.length })}</p>
        <ul className="mt-1 grid gap-0.5">
          {some.map(({ name, place }) => (
            <li key={name}>
              {t.rich("where", { name, place, code: (words) => <code className="text-xs">{words}</code> })}
            </li>
          ))}
        </ul>
      </Callout>
    );
  });
}

function StateNotice({
  execution,
  state,
  current,
}: Omit<ExecutionNoticeProps, "connected"> & { current: ExecutionState }) {
  const t = useTranslations("executions.notice");
  const said = useSaid();
  const stored = state.errorMessage ?? execution.errorMessage;
  const message = stored && said(stored);
  switch (current) {
    case "failed":
      return (
        <Callout tone="danger" title={t("failed.title")}>
          <p className="whitespace-pre-wrap">{message ?? t("failed.unknown")}</p>
          {execution.errorCode && <p className="mt-1 font-mono text-xs">{execution.errorCode}</p>}
          {execution.errorStack && <Stack code={execution.errorStack} />}
        </Callout>
      );
    case "cancelling":
      return (
        <Callout tone="warning" title={t("cancelling.title")}>
          {t("cancelling.text")}
        </Callout>
      );
    case "cancelled":
      return (
        <Callout tone="info" title={t("cancelled.title")}>
          {message}
        </Callout>
      );
    case "skipped": {
      const blockedBy = text(execution.metadata, "blocked_by");
      return (
        <Callout
          tone="info"
          title={t("skipped.title")}
          action={
            blockedBy && (
              <Link
                href={`/executions/${blockedBy}`}
                className="whitespace-nowrap underline underline-offset-2"
              >
                {t("skipped.action")}
              </Link>
            )
          }
        >
          {t("skipped.text")}
        </Callout>
      );
    }
    default:
      return null;
  }
}

function Stack({ code }: { code: string }) {
  const t = useTranslations("executions.notice");
  return (
    <details className="mt-2 text-foreground">
      <summary className="w-fit rounded-sm text-danger-ink text-xs underline underline-offset-2">
        {t("failed.stack")}
      </summary>
      <CodeBlock code={code} label={t("failed.stack")} hideLabel className="mt-2" />
    </details>
  );
}
