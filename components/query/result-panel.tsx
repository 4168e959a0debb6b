"use client";

import { SquareTerminal } from "lucide-react";
import { useTranslations } from "next-intl";
import { ResultTable } from "#components/query/result-table";
import type { Mistake, StatementState } from "#components/query/use-statement";
import { Said } from "#components/shell/use-said";
import { Button } from "#components/ui/button";
import { Callout } from "#components/ui/callout";
import { Elapsed } from "#components/ui/elapsed";
import { EmptyState } from "#components/ui/empty-state";
import { Spinner } from "#components/ui/spinner";

type ResultPanelProps = { state: StatementState; goTo: (mistake: Mistake) => void };

/** What became of the statement. */
export function ResultPanel({ state, goTo }: ResultPanelProps) {
  const t = useTranslations("query.result");
  switch (state.kind) {
    case "idle":
      return (
        <div className="rounded-lg border bg-card">
          <EmptyState icon={<SquareTerminal />} title={t("idleTitle")} description={t("idle")} />
        </div>
      );
    case "running":
      return (
        <div role="status" className="flex items-center gap-2.5 rounded-lg border bg-card px-4 py-3 text-sm">
          <Spinner className="text-primary-ink" />
          <span>{t.rich("running", { time: () => <Elapsed since={state.since} /> })}</span>
        </div>
      );
    case "cancelled":
      return <Callout>{t("cancelled")}</Callout>;
    case "failed":
      return <Failure state={state} goTo={goTo} />;
    case "done":
      return <ResultTable answer={state.answer} />;
  }
}

type FailureProps = { state: Extract<StatementState, { kind: "failed" }>; goTo: (mistake: Mistake) => void };

function Failure({ state: { error, mistake }, goTo }: FailureProps) {
  const t = useTranslations("query.result");
  const { hint, detail } = (error.details ?? {}) as { hint?: string; detail?: string };
  const title =
    error.code === "CONNECTION_FAILED"
      ? t("unreachable")
      : mistake
        ? t("failedAt", { line: mistake.line, column: mistake.column })
        : t("failed");
  return (
    <Callout
      tone="danger"
      title={title}
      action={
        mistake && (
          <Button variant="outline" size="sm" onClick={() => goTo(mistake)}>
            {t("goTo")}
          </Button>
        )
      }
    >
      <p className="whitespace-pre-wrap font-mono text-xs leading-5">
        <Said>{error.message}</Said>
      </p>
      {detail && <p className="whitespace-pre-wrap font-mono text-xs leading-5">{detail}</p>}
      {hint && <p className="mt-1 text-xs">{t("hint", { hint })}</p>}
    </Callout>
  );
}
