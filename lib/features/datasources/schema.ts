import { z } from "zod";
import { pageInput } from "#lib/features/paging";

export const DATASOURCE_TYPES = [
  "postgres",
  "mysql",
  "mariadb",
  "mongodb",
  "sqlserver",
  "sqlite",
  "files",
] as const;
export const DATASOURCE_STATUSES = ["healthy", "warning", "critical", "unknown"] as const;

const name = z
  .string()
  .trim()
  .min(1, "Enter a name.")
  .max(100, "At most 100 characters.")
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, "Control characters are not allowed.");
const tags = z.array(z.string().trim().min(1).max(40)).max(20);
const connectionConfig = z.record(z.string().max(64), z.unknown());

export const createDatasourceInput = z.strictObject({
  name,
  type: z.enum(DATASOURCE_TYPES),
  connectionConfig,
  enabled: z.boolean().default(true),
  tags: tags.default([]),
});

/** Absent members keep their value. The type of a datasource never changes. */
export const updateDatasourceInput = z.strictObject({
  id: z.uuid(),
  name: name.optional(),
  type: z.enum(DATASOURCE_TYPES).optional(),
  connectionConfig: connectionConfig.optional(),
  enabled: z.boolean().optional(),
  tags: tags.optional(),
});

export const datasourceId = z.strictObject({ id: z.uuid() });

export const listDatasourcesInput = z.strictObject({
  ...pageInput,
  type: z.enum(DATASOURCE_TYPES).optional(),
  status: z.enum(DATASOURCE_STATUSES).optional(),
  enabled: z.stringbool().or(z.boolean()).optional(),
  tag: z.string().max(40).optional(),
});

/** With the `id` of a saved datasource its secrets stand in for masked or empty ones. */
export const testDatasourceInput = z.strictObject({
  id: z.uuid().optional(),
  type: z.enum(DATASOURCE_TYPES),
  connectionConfig,
});

export const datasource = z.object({
  id: z.uuid(),
  name: z.string(),
  type: z.enum(DATASOURCE_TYPES),
  connectionConfig: z.record(z.string(), z.unknown()),
  status: z.enum(DATASOURCE_STATUSES),
  lastHealthCheckAt: z.date().nullable(),
  enabled: z.boolean(),
  tags: z.array(z.string()),
  createdAt: z.date(),
  updatedAt: z.date(),
});
export type Datasource = z.infer<typeof datasource>;

/** A row of the list: what a person wants to see before opening it. */
export const datasourceSummary = datasource.extend({
  jobsCount: z.int(),
  lastBackupAt: z.date().nullable(),
  lastBackupStatus: z.string().nullable(),
});
export type DatasourceSummary = z.infer<typeof datasourceSummary>;

/** What a connection test found. A failed test is an error with the reason, never `ok: false`. */
export const connectionReport = z.object({
  ok: z.literal(true),
  latencyMs: z.int(),
  serverVersion: z.string(),
  status: z.enum(DATASOURCE_STATUSES),
  details: z.record(z.string(), z.unknown()),
  tools: z.array(
    z.object({
      name: z.string(),
      path: z.string().nullable(),
      version: z.string().nullable(),
      install: z.string(),
    }),
  ),
});
export type ConnectionReport = z.infer<typeof connectionReport>;
