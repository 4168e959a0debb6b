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

const clientTool = z.object({
  name: z.string(),
  path: z.string().nullable(),
  version: z.string().nullable(),
  install: z.string(),
  /** The value of a field of connection_config without which nobody needs it. */
  onlyFor: z.object({ field: z.string(), value: z.string() }).optional(),
});
type ClientTool = z.infer<typeof clientTool>;

/** Whether the backups of a datasource with this connection_config call the tool. */
export const needsTool = ({ onlyFor }: ClientTool, config: Readonly<Record<string, unknown>>): boolean =>
  onlyFor === undefined || config[onlyFor.field] === onlyFor.value;

/** What a connection test found. A failed test is an error with the reason, never `ok: false`. */
export const connectionReport = z.object({
  ok: z.literal(true),
  latencyMs: z.int(),
  serverVersion: z.string(),
  status: z.enum(DATASOURCE_STATUSES),
  details: z.record(z.string(), z.unknown()),
  tools: z.array(clientTool),
});
export type ConnectionReport = z.infer<typeof connectionReport>;

/** Another database on the same server, for types that hold several. */
const database = z
  .string()
  .max(255)
  .regex(/^[^\p{Cc}]+$/u, "Enter a name without control characters.");

export const datasourceSchemaInput = z.strictObject({ id: z.uuid(), database: database.optional() });

export const datasourceDatabases = z.object({ databases: z.array(z.string()).readonly() });
export type DatasourceDatabases = z.infer<typeof datasourceDatabases>;

export const schemaTable = z.object({
  /** Null where the type has no schemas. */
  schema: z.string().nullable(),
  name: z.string(),
  kind: z.enum(["table", "view", "collection"]),
  /** From the server's statistics. */
  rowsEstimate: z.number().nullable(),
  /** With indexes, in bytes. */
  sizeBytes: z.number().nullable(),
  columns: z
    .array(z.object({ name: z.string(), type: z.string(), nullable: z.boolean(), primaryKey: z.boolean() }))
    .readonly(),
  /** A few documents of a collection, for those who may query. */
  samples: z.array(z.unknown()).readonly().optional(),
});
export type SchemaTable = z.infer<typeof schemaTable>;

export const datasourceSchema = z.object({ tables: z.array(schemaTable).readonly() });
export type DatasourceSchema = z.infer<typeof datasourceSchema>;

export const MAX_STATEMENT_LENGTH = 100_000;

export const datasourceQueryInput = z.strictObject({
  id: z.uuid(),
  sql: z
    .string()
    .max(MAX_STATEMENT_LENGTH, "At most 100,000 characters.")
    .refine((sql) => sql.trim() !== "", "Enter a statement.")
    .refine((sql) => !sql.includes("\0") && sql.isWellFormed(), "Must be text."),
  database: database.optional(),
});

/** Values are JSON: numbers only where they are exact, else text; bytes as "\\x…"; NULL is null. */
export const queryAnswer = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string().nullable() })).readonly(),
  rows: z.array(z.array(z.unknown()).readonly()).readonly(),
  rowCount: z.int(),
  /** There is more than these rows. */
  truncated: z.boolean(),
  durationMs: z.int(),
});
export type QueryAnswer = z.infer<typeof queryAnswer>;

/** What the console offers: those that can be described or asked. */
export const querySource = z.object({
  id: z.uuid(),
  name: z.string(),
  type: z.enum(DATASOURCE_TYPES),
  /** Takes statements; otherwise it can only be looked at. */
  takesStatements: z.boolean(),
});
export type QuerySource = z.infer<typeof querySource>;
