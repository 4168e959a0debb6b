"use client";

import { Bytes } from "#components/ui/quantity";
import type { Execution } from "#lib/features/executions/schema";

/** "410 MB / 1.87 GB": stored, and as it was read. One number where only one is known. */
export function SizePair({ execution }: { execution: Pick<Execution, "sizeBytes" | "compressedSizeBytes"> }) {
  const { sizeBytes, compressedSizeBytes } = execution;
  if (sizeBytes === null || compressedSizeBytes === null) {
    return <Bytes value={compressedSizeBytes ?? sizeBytes} />;
  }
  return (
    <span className="whitespace-nowrap">
      <Bytes value={compressedSizeBytes} />
      <span className="text-faint"> / </span>
      <Bytes value={sizeBytes} className="whitespace-nowrap text-muted-foreground tabular" />
    </span>
  );
}
