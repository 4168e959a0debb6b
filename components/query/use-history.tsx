"use client";

import { useCallback, useState } from "react";

export type PastStatement = { sql: string; at: string };

const KEPT = 25;
const keyOf = (sourceId: string) => `dg_query_history:${sourceId}`;

/** The last statements of one datasource, newest first, in this browser only; never their results. */
export function useHistory(sourceId: string) {
  const [items, setItems] = useState<readonly PastStatement[]>([]);

  /** Read when it is looked at: the server does not know it. */
  const load = useCallback(() => setItems(read(sourceId)), [sourceId]);

  const add = useCallback(
    (sql: string) => {
      const others = read(sourceId).filter((item) => item.sql !== sql);
      write(sourceId, [{ sql, at: new Date().toISOString() }, ...others].slice(0, KEPT));
    },
    [sourceId],
  );
  const clear = useCallback(() => {
    write(sourceId, []);
    setItems([]);
  }, [sourceId]);
  return { items, load, add, clear };
}

function read(sourceId: string): PastStatement[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(sourceId)) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.filter((item) => typeof item?.sql === "string" && typeof item?.at === "string");
  } catch {
    // Written by somebody else, or not readable at all: as good as none.
    return [];
  }
}

function write(sourceId: string, items: readonly PastStatement[]): void {
  try {
    localStorage.setItem(keyOf(sourceId), JSON.stringify(items));
  } catch {
    // A full or forbidden storage costs the history, not the statement.
  }
}
