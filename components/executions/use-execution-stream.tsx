"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { fromWire } from "#lib/core/wire";
import type { ExecutionDetail, LogLine } from "#lib/features/executions/schema";

/** What changes while an execution runs. */
export type LiveState = Pick<ExecutionDetail, "status" | "progress" | "errorMessage" | "groupId"> & {
  startedAt: Date | string | null;
  finishedAt: Date | string | null;
  cancelRequestedAt: Date | string | null;
};
type Line = Omit<LogLine, "ts"> & { ts: Date | string };

/** The pause before a connection that the server refused is tried again. */
const AGAIN_MS = 4000;

export const isLive = (status: string) => status === "queued" || status === "running";

/**
 * Follows an execution by server-sent events until it ends, then asks the server once for the page as it is
 * now. A broken connection resumes after the last line that arrived.
 */
export function useExecutionStream(execution: ExecutionDetail, known: readonly LogLine[]) {
  const router = useRouter();
  const [state, setState] = useState<LiveState>(execution);
  const [lines, setLines] = useState<readonly Line[]>(known);
  const [connected, setConnected] = useState(true);
  const last = useRef(known.at(-1)?.id ?? "0");
  const grouped = useRef(execution.groupId !== null);
  const { id } = execution;
  const live = isLive(execution.status);

  useEffect(() => {
    if (!live) return;
    let source: EventSource | undefined;
    let timer = 0;
    function connect() {
      source = new EventSource(`/api/executions/${id}/events?after=${last.current}`);
      source.onopen = () => setConnected(true);
      source.onerror = () => {
        setConnected(false);
        if (source?.readyState === EventSource.CLOSED) timer = window.setTimeout(connect, AGAIN_MS);
      };
      source.addEventListener("log", (event) => {
        const arrived = (JSON.parse(event.data) as Line[]).filter(
          (line) => BigInt(line.id) > BigInt(last.current),
        );
        last.current = arrived.at(-1)?.id ?? last.current;
        if (arrived.length > 0) setLines((before) => [...before, ...arrived]);
      });
      source.addEventListener("state", (event) => {
        const next = fromWire(JSON.parse(event.data)) as LiveState;
        setState(next);
        const ended = !isLive(next.status);
        if (ended) source?.close();
        // The other databases of the run, once they are known, are the page's to show.
        if (ended || (next.groupId !== null && !grouped.current)) router.refresh();
        grouped.current = next.groupId !== null;
      });
    }
    connect();
    return () => {
      window.clearTimeout(timer);
      source?.close();
    };
  }, [id, live, router]);

  // Lines that came after the end, of a copy made later, come with the page.
  const seen = BigInt(lines.at(-1)?.id ?? "0");
  const later = live ? [] : known.filter((line) => BigInt(line.id) > seen);
  // Once the server says that it has ended, its row has more to tell than the last event.
  return {
    state: live ? state : execution,
    lines: later.length > 0 ? [...lines, ...later] : lines,
    connected,
  };
}
