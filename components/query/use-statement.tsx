"use client";

import { useTranslations } from "next-intl";
import { useCallback, useEffect, useRef, useState } from "react";
import type { ActionError } from "#lib/core/action-result";
import { fromWire } from "#lib/core/wire";
import type { QueryAnswer } from "#lib/features/datasources/schema";

/** Where in the editor's text the server found the mistake. */
export type Mistake = { line: number; column: number; index: number };

export type StatementState =
  | { kind: "idle" }
  | { kind: "running"; since: Date }
  | { kind: "cancelled" }
  | { kind: "failed"; error: ActionError; mistake: Mistake | null }
  | { kind: "done"; answer: QueryAnswer };

export type Statement = {
  state: StatementState;
  /** Runs `sql`, which begins at `start` of the editor's `text`. */
  run: (sql: string, text: string, start: number) => Promise<void>;
  cancel: () => void;
};

/** Runs one statement at a time. Leaving the page, or cancelling, closes the request, which ends it on the server. */
export function useStatement(sourceId: string): Statement {
  const errors = useTranslations("errors");
  const [state, setState] = useState<StatementState>({ kind: "idle" });
  const request = useRef<AbortController | null>(null);
  const unreachable = errors("unreachable");

  useEffect(() => () => request.current?.abort(), []);

  const run = useCallback(
    async (sql: string, text: string, start: number) => {
      request.current?.abort();
      const mine = new AbortController();
      request.current = mine;
      setState({ kind: "running", since: new Date() });
      const next = await ask(sourceId, sql, mine.signal).catch(
        (): StatementState => ({
          kind: "failed",
          error: { code: "SERVICE_UNAVAILABLE", message: unreachable },
          mistake: null,
        }),
      );
      if (mine.signal.aborted) return;
      setState(next.kind === "failed" ? { ...next, mistake: mistakeOf(next.error, sql, text, start) } : next);
    },
    [sourceId, unreachable],
  );
  const cancel = useCallback(() => {
    request.current?.abort();
    setState({ kind: "cancelled" });
  }, []);
  return { state, run, cancel };
}

async function ask(id: string, sql: string, signal: AbortSignal): Promise<StatementState> {
  const response = await fetch(`/api/datasources/${id}/query`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sql }),
    signal,
  });
  const body: unknown = await response.json();
  if (response.ok) return { kind: "done", answer: fromWire(body) as QueryAnswer };
  const { error, message, details } = body as {
    error: ActionError["code"];
    message: string;
    details?: unknown;
  };
  const [field] = Array.isArray(details) ? (details as { message: string }[]) : [];
  const problem = { code: error, message: field?.message ?? message, details };
  return { kind: "failed", error: problem, mistake: null };
}

/** From the server's position, counted in characters from 1, to a place in the whole text. */
function mistakeOf({ details }: ActionError, sql: string, text: string, start: number): Mistake | null {
  const { position } = (details ?? {}) as { position?: unknown };
  if (typeof position !== "number") return null;
  const index = start + [...sql].slice(0, position - 1).join("").length;
  const lines = text.slice(0, index).split("\n");
  return { index, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
