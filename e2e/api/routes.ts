import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"];

/** What every person may do who is signed in, or nobody even needs to be. */
export type Right = string;

/** One endpoint as the contract wants it. */
export interface Expected {
  /** `GET /datasources/{id}` */
  readonly endpoint: string;
  readonly right: Right;
  /** Needs more than the permission, unless an admin asks. */
  readonly critical?: true;
  /** What somebody gets who may, sending an empty body about things that exist. */
  readonly status: number;
  readonly body?: object;
}

const at = (endpoint: string, right: Right, status = 200): Expected => ({ endpoint, right, status });
const critical = (endpoint: string, right: Right, status: number, body?: object): Expected => ({
  endpoint,
  right,
  status,
  critical: true,
  ...(body ? { body } : {}),
});

const COPY = { source_path: "not/there", destination_path: "copy" };

/** Every endpoint with its permission: written down a second time on purpose, as the contract says it. */
export const EXPECTED: readonly Expected[] = [
  at("GET /auth/status", "public"),
  at("POST /auth/setup", "public", 422),
  at("POST /auth/login", "public", 422),
  at("GET /auth/me", "signed-in"),
  at("GET /openapi.json", "signed-in"),
  at("GET /health", "health.read"),
  at("GET /health/datasources", "health.read"),
  at("GET /health/storage", "health.read"),
  at("GET /dashboard/overview", "dashboard.read"),
  at("GET /datasources", "datasources.read"),
  at("POST /datasources", "datasources.write", 422),
  at("POST /datasources/test", "datasources.write", 422),
  at("GET /datasources/{id}", "datasources.read"),
  at("PUT /datasources/{id}", "datasources.write"),
  at("POST /datasources/{id}/test", "datasources.read"),
  at("GET /datasources/{id}/databases", "datasources.read"),
  at("GET /datasources/{id}/schema", "datasources.read"),
  {
    endpoint: "POST /datasources/{id}/query",
    right: "datasources.query",
    status: 200,
    body: { sql: "SELECT 1" },
  },
  at("GET /storage-locations", "storage.read"),
  at("POST /storage-locations", "storage.write", 422),
  at("POST /storage-locations/test", "storage.write", 422),
  at("GET /storage-locations/{id}", "storage.read"),
  at("PUT /storage-locations/{id}", "storage.write"),
  at("POST /storage-locations/{id}/test", "storage.read"),
  at("GET /storage-locations/{id}/files", "storage.read"),
  at("GET /storage-locations/{id}/files/download", "storage.download"),
  { endpoint: "POST /storage-locations/{id}/files/copy", right: "storage.write", status: 404, body: COPY },
  at("GET /backup-jobs", "backup_jobs.read"),
  at("POST /backup-jobs", "backup_jobs.write", 422),
  at("GET /backup-jobs/{id}", "backup_jobs.read"),
  at("PUT /backup-jobs/{id}", "backup_jobs.write"),
  at("GET /executions", "executions.read"),
  at("GET /executions/{id}", "executions.read"),
  at("GET /executions/{id}/logs", "executions.read"),
  at("GET /executions/{id}/events", "executions.read"),
  at("POST /executions/{id}/cancel", "executions.control", 409),
  at("GET /backups/datasources", "backups.read"),
  at("GET /backups/datasources/{datasourceId}", "backups.read"),
  at("GET /backups/restore-targets", "backups.restore"),
  at("GET /backups/{executionId}/download", "storage.download"),
  at("POST /executions/{id}/retry-upload", "executions.control", 409),
  at("POST /backups/import-restore", "backups.restore", 422),
  at("GET /storage-locations/{id}/scan", "storage.read"),
  at("POST /storage-locations/{id}/scan", "storage.write", 202),
  critical("POST /executions/{id}/retry", "executions.control", 409),
  critical("POST /backups/{executionId}/restore", "backups.restore", 422),
  critical("DELETE /datasources/{id}", "datasources.write", 409),
  critical("DELETE /storage-locations/{id}", "storage.write", 409),
  critical("DELETE /storage-locations/{id}/files", "storage.write", 422),
  critical("POST /backup-jobs/{id}/run", "backup_jobs.run", 202),
  // What ends things comes last: the walk goes in this order.
  critical("DELETE /executions/{id}", "executions.control", 200),
  critical("DELETE /backup-jobs/{id}", "backup_jobs.write", 200),
  at("POST /auth/logout", "signed-in"),
];

/** Every `METHOD /path` that the files under app/api export, `[id]` as `{id}`. */
export async function routesInFiles(): Promise<string[]> {
  const api = join(ROOT, "app/api");
  const found: string[] = [];
  for (const file of await filesNamed(api, /^route\.tsx?$/)) {
    const path = relative(api, file)
      .replace(/\/route\.tsx?$/, "")
      .replaceAll(/\[(\w+)\]/g, "{$1}");
    const source = await readFile(file, "utf8");
    const exported = METHODS.filter((method) => new RegExp(`export\\b[^=]*\\b${method}\\b`).test(source));
    found.push(...exported.map((method) => `${method} /${path}`));
  }
  return found.toSorted();
}

/** Every file below `directory` whose name matches. */
export async function filesNamed(directory: string, name: RegExp): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** The folder of pages, actions and routes. */
export const APP = join(ROOT, "app");
