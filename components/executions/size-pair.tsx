"use client";

import { Bytes } from "#components/ui/quantity";
import type { Execution } from "#lib/features/executions/schema";

const original = "whitespace-nowrap text-muted-foreground tabular";

/** "410 MB / 1.87 GB": stored, and as it was read. Only the latter, paler, where nothing was stored. */
export function SizePair({ execution }: { execution: Pick<Execution, "sizeBytes" | "compressedSizeBytes"> }) {
  const { sizeBytes, compressedSizeBytes } = execution;
  if (compressedSizeBytes === null) return <Bytes value={sizeBytes} className={original} />;
  if (sizeBytes === null) return <Bytes value={compressedSizeBytes} />;
  return (
    <span className="whitespace-nowrap">
      <Bytes value={compressedSizeBytes} />
      <span className="text-faint"> / </span>
      <Bytes value={sizeBytes} className={original} />
    </span>
  );
}
