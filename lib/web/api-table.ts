import "server-only";
import { login } from "#lib/features/auth/login";
import { logout } from "#lib/features/auth/logout";
import { getAuthStatus, getMe } from "#lib/features/auth/queries";
import { setupOwner } from "#lib/features/auth/setup-owner";
import { createJob } from "#lib/features/backup-jobs/create-job";
import { deleteJob } from "#lib/features/backup-jobs/delete-job";
import { getJob, listJobs } from "#lib/features/backup-jobs/queries";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { updateJob } from "#lib/features/backup-jobs/update-job";
import {
  listBackupDatasources,
  listBackupsOfDatasource,
  listRestoreTargets,
} from "#lib/features/backups/queries";
import { restoreBackup } from "#lib/features/backups/restore-backup";
import { getOverview } from "#lib/features/dashboard/overview";
import { createDatasource } from "#lib/features/datasources/create-datasource";
import { listDatabases } from "#lib/features/datasources/databases-query";
import { deleteDatasource } from "#lib/features/datasources/delete-datasource";
import { getDatasource, listDatasources } from "#lib/features/datasources/queries";
import { runDatasourceQuery } from "#lib/features/datasources/query-datasource";
import { getDatasourceSchema } from "#lib/features/datasources/schema-query";
import { testDatasource, testDatasourceConfig } from "#lib/features/datasources/test-datasource";
import { updateDatasource } from "#lib/features/datasources/update-datasource";
import { cancelExecution } from "#lib/features/executions/cancel-execution";
import { deleteExecution } from "#lib/features/executions/delete-execution";
import { getExecution, getExecutionLogs, listExecutions } from "#lib/features/executions/queries";
import { listDatasourceChecks, listStorageChecks } from "#lib/features/health/queries";
import { getStorageScan, scanStorage } from "#lib/features/imports/scan-storage";
import { retryExecution } from "#lib/features/retry/retry-execution";
import { retryUpload } from "#lib/features/retry/retry-upload";
import { copyFile } from "#lib/features/storage-files/copy-file";
import { deletePath } from "#lib/features/storage-files/delete-path";
import { listFiles } from "#lib/features/storage-files/list-files";
import { createStorage } from "#lib/features/storage-locations/create-storage";
import { deleteStorage } from "#lib/features/storage-locations/delete-storage";
import { getStorageLocation, listStorageLocations } from "#lib/features/storage-locations/queries";
import { testStorage, testStorageConfig } from "#lib/features/storage-locations/test-storage";
import { updateStorage } from "#lib/features/storage-locations/update-storage";
import { getHealth } from "#lib/features/system/health";

/** What the documentation needs of a use case. */
export type Documented = Pick<typeof getMe, "name" | "summary" | "permission"> & {
  readonly input: import("zod").ZodType;
  readonly output: import("zod").ZodType;
};

export interface Endpoint {
  readonly path: string;
  readonly method: "get" | "post" | "put" | "delete";
  readonly status: number;
  /** A use case, or words for what streams. */
  readonly useCase:
    | Documented
    | { readonly name: string; readonly summary: string; readonly mediaType: string };
}

const at = (
  method: Endpoint["method"],
  path: string,
  useCase: Endpoint["useCase"],
  status = 200,
): Endpoint => ({ method, path, useCase, status });

/** Every endpoint of the API, for its documentation; a test holds it against the route files. */
export const API: readonly Endpoint[] = [
  at("get", "/auth/status", getAuthStatus),
  at("post", "/auth/setup", setupOwner, 201),
  at("post", "/auth/login", login),
  at("post", "/auth/logout", logout),
  at("get", "/auth/me", getMe),
  at("get", "/datasources", listDatasources),
  at("post", "/datasources", createDatasource, 201),
  at("post", "/datasources/test", testDatasourceConfig),
  at("get", "/datasources/{id}", getDatasource),
  at("put", "/datasources/{id}", updateDatasource),
  at("delete", "/datasources/{id}", deleteDatasource),
  at("post", "/datasources/{id}/test", testDatasource),
  at("get", "/datasources/{id}/databases", listDatabases),
  at("get", "/datasources/{id}/schema", getDatasourceSchema),
  at("post", "/datasources/{id}/query", runDatasourceQuery),
  at("get", "/storage-locations", listStorageLocations),
  at("post", "/storage-locations", createStorage, 201),
  at("post", "/storage-locations/test", testStorageConfig),
  at("get", "/storage-locations/{id}", getStorageLocation),
  at("put", "/storage-locations/{id}", updateStorage),
  at("delete", "/storage-locations/{id}", deleteStorage),
  at("post", "/storage-locations/{id}/test", testStorage),
  at("get", "/storage-locations/{id}/files", listFiles),
  at("delete", "/storage-locations/{id}/files", deletePath),
  at("post", "/storage-locations/{id}/files/copy", copyFile),
  at("get", "/storage-locations/{id}/files/download", {
    name: "storage.path.download",
    summary: "A file as it is, or a folder as a ZIP archive.",
    mediaType: "application/octet-stream",
  }),
  at("get", "/backup-jobs", listJobs),
  at("post", "/backup-jobs", createJob, 201),
  at("get", "/backup-jobs/{id}", getJob),
  at("put", "/backup-jobs/{id}", updateJob),
  at("delete", "/backup-jobs/{id}", deleteJob),
  at("post", "/backup-jobs/{id}/run", runJob, 202),
  at("get", "/executions", listExecutions),
  at("get", "/executions/{id}", getExecution),
  at("delete", "/executions/{id}", deleteExecution),
  at("get", "/executions/{id}/logs", getExecutionLogs),
  at("get", "/executions/{id}/events", {
    name: "execution.events",
    summary: "Log lines and state, live, as server-sent events.",
    mediaType: "text/event-stream",
  }),
  at("post", "/executions/{id}/cancel", cancelExecution, 202),
  at("post", "/executions/{id}/retry", retryExecution, 202),
  at("post", "/executions/{id}/retry-upload", retryUpload, 202),
  at("get", "/backups/datasources", listBackupDatasources),
  at("get", "/backups/datasources/{datasourceId}", listBackupsOfDatasource),
  at("get", "/backups/restore-targets", listRestoreTargets),
  at("get", "/backups/{executionId}/download", {
    name: "backup.download",
    summary: "The stored artifact as it is, parts joined.",
    mediaType: "application/octet-stream",
  }),
  at("post", "/backups/{executionId}/restore", restoreBackup, 202),
  at("post", "/backups/import-restore", {
    name: "backup.import_restore",
    summary:
      "Stores an uploaded backup file (octet-stream, its name in x-file-name) and queues its restore into target_datasource_id.",
    mediaType: "application/json",
  }),
  at("get", "/storage-locations/{id}/scan", getStorageScan),
  at("post", "/storage-locations/{id}/scan", scanStorage, 202),
  at("get", "/health", getHealth),
  at("get", "/health/datasources", listDatasourceChecks),
  at("get", "/health/storage", listStorageChecks),
  at("get", "/dashboard/overview", getOverview),
];
