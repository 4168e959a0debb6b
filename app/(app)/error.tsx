"use client";

import { ErrorMessage } from "#components/shell/error-message";

/** Within the shell, so that the way to other pages stays open. */
export default function AppError({ error, retry }: { error: unknown; retry: () => void }) {
  return <ErrorMessage error={error} retry={retry} />;
}
