import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "@playwright/test";
import type { ApiClient } from "#e2e/api/api-client";
import type { Installation } from "#e2e/api/installation";
import { until } from "#e2e/servers/until";
import { connectionOf } from "#e2e/servers/world";

export interface Execution {
  readonly id: string;
  readonly status: string;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly compressed_size_bytes: number | null;
  readonly size_bytes: number | null;
  readonly backup_path: string | null;
  readonly verified_at: string | null;
  readonly restorable: boolean;
  readonly source_execution_id: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly chunks: readonly { chunk_number: number; size_bytes: number; checksum: string }[];
  readonly copies: readonly { storage_location_id: string; status: string; backup_path: string }[];
}

interface Named {
  readonly id: string;
}

let serial = 0;

/** A datasource over a database, with the parts of its connection that `connection` replaces. */
export async function makeDatasource(
  api: ApiClient,
  url: string,
  connection: Record<string, unknown> = {},
): Promise<string> {
  serial += 1;
  const answer = await api.post<Named>("/datasources", {
    name: `Source ${serial}`,
    type: "postgres",
    connection_config: { ...connectionOf(url), ...connection },
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id;
}

/** A local storage in a new folder. */
export async function makeStorage({ owner, storageRoot }: Installation): Promise<string> {
  serial += 1;
  const path = await mkdtemp(join(storageRoot, "storage-"));
  const answer = await owner.post<Named>("/storage-locations", {
    name: `Storage ${serial}`,
    type: "local",
    config: { path },
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id;
}

/** A job that runs only when asked. */
export async function makeJob(
  api: ApiClient,
  datasourceId: string,
  storageLocationId: string,
  more: Record<string, unknown> = {},
): Promise<string> {
  serial += 1;
  const answer = await api.post<Named>("/backup-jobs", {
    name: `Job ${serial}`,
    datasource_id: datasourceId,
    storage_location_id: storageLocationId,
    schedule_cron: "0 3 1 1 *",
    ...more,
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id;
}

/** Runs a job and answers the execution's id. */
export async function runJob(api: ApiClient, jobId: string): Promise<string> {
  const answer = await api.post<{ execution_id: string; status: string }>(`/backup-jobs/${jobId}/run`);
  expect(answer.status, answer.text).toBe(202);
  expect(answer.body.status).toBe("queued");
  return answer.body.execution_id;
}

/** Waits until an execution has one of these statuses. */
export async function reached(api: ApiClient, id: string, statuses: readonly string[]): Promise<Execution> {
  return until(`execution ${id} is ${statuses.join(" or ")}`, async () => {
    const { body } = await api.get<Execution>(`/executions/${id}`);
    return statuses.includes(body.status) ? body : null;
  });
}

/** Waits for the end and expects it to be a good one. */
export async function completed(api: ApiClient, id: string): Promise<Execution> {
  const execution = await reached(api, id, ["completed", "failed", "cancelled"]);
  expect(execution.status, execution.error_message ?? "").toBe("completed");
  return execution;
}
