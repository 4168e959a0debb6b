import type { Execution } from "#lib/features/executions/schema";

/** The job or datasource, with the database where the job names several. For server and browser alike. */
export function nameOf(execution: Execution, fallback: string): string {
  const name = execution.jobName ?? execution.datasourceName ?? fallback;
  return execution.databaseName === null ? name : `${name} · ${execution.databaseName}`;
}

/** What it is called in words: a verification is a restore only by its machinery. */
export function operationOf(execution: Pick<Execution, "operation" | "verification">) {
  return execution.verification ? ("verification" as const) : execution.operation;
}
