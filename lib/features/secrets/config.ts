import type { z } from "zod";
import { validationError } from "#lib/core/errors";
import { replacedBy, SECRET_MASK, secretFieldsOf } from "#lib/core/secret";
import { problemsOf } from "#lib/core/zod-problems";
import { zodWords } from "#lib/core/zod-words";
import { isSealed, seal, unseal } from "#lib/features/secrets/secret-box";

export type ConfigRecord = Record<string, unknown>;

/** Where a config lies: binds its secrets to their row. */
export interface ConfigPlace {
  readonly noun: "datasource" | "storage_location";
  readonly id: string;
}

/** Fields that say whom a secret is sent to; changing one asks for the secret again. */
const DESTINATION_FIELDS = [
  "host",
  "port",
  "username",
  "endpoint",
  "bucket",
  "use_ssl",
  "ssl_enabled",
  "ssl_ca",
  "ca_certificate",
  "host_key",
  "srv",
];

/** Parses a config with a plug-in's schema; a 422 names the fields under `prefix`. */
export function parseConfig<T>(schema: z.ZodType<T>, value: unknown, prefix: string): T {
  const result = schema.safeParse(value, { error: zodWords });
  if (result.success) return result.data;
  throw validationError(problemsOf(result.error, prefix));
}

/** The config with every secret sealed, as it is stored. */
export function sealConfig(schema: z.ZodType, config: object, place: ConfigPlace): ConfigRecord {
  const sealed: ConfigRecord = { ...config };
  for (const field of secretFieldsOf(schema)) {
    const value = sealed[field];
    if (typeof value === "string" && value !== "")
      sealed[field] = seal(value, `${place.noun}:${place.id}:${field}`);
    else delete sealed[field];
  }
  return sealed;
}

/** The stored config with every secret opened. For the worker and for connection tests only. */
export function openConfig(schema: z.ZodType, stored: unknown, place: ConfigPlace): ConfigRecord {
  const config: ConfigRecord = { ...(stored as ConfigRecord) };
  for (const field of secretFieldsOf(schema)) {
    const value = config[field];
    if (isSealed(value)) config[field] = unseal(value, `${place.noun}:${place.id}:${field}`);
  }
  return config;
}

/** The stored config as answers show it: secrets masked, never opened. */
export function maskConfig(schema: z.ZodType, stored: unknown): ConfigRecord {
  const config: ConfigRecord = { ...(stored as ConfigRecord) };
  for (const field of secretFieldsOf(schema)) {
    if (config[field] !== undefined) config[field] = SECRET_MASK;
  }
  return config;
}

/**
 * A write that sends the mask, "" or nothing for a secret keeps the stored one (contract, section 1), unless
 * it also changes whom the secret goes to: then the secret is asked for again.
 */
export function mergeSecrets(
  schema: z.ZodType,
  incoming: ConfigRecord,
  storedOpen: ConfigRecord,
  prefix: string,
): ConfigRecord {
  const merged: ConfigRecord = { ...incoming };
  const secrets = secretFieldsOf(schema);
  const kept = secrets.filter((field) => isKept(incoming[field]));
  // A new key takes the place of a stored password, which is then no longer kept.
  const given = secrets.filter((field) => !kept.includes(field));
  const replaced = new Set(given.flatMap((field) => replacedBy(schema, field)));
  for (const field of kept) merged[field] = replaced.has(field) ? undefined : storedOpen[field];
  const normal = (schema.safeParse(merged).data ?? merged) as ConfigRecord;
  const moved = DESTINATION_FIELDS.filter(
    (field) => field in storedOpen && String(normal[field] ?? "") !== String(storedOpen[field] ?? ""),
  );
  for (const field of kept) {
    delete merged[field];
    if (storedOpen[field] === undefined || replaced.has(field)) continue;
    if (moved.length > 0) {
      const message = `Enter this again: ${moved.join(", ")} changed, and a stored secret is not sent to a new place.`;
      throw validationError([{ field: `${prefix}.${field}`, message }]);
    }
    merged[field] = storedOpen[field];
  }
  return merged;
}

function isKept(value: unknown): boolean {
  return value === undefined || value === null || value === "" || value === SECRET_MASK;
}
