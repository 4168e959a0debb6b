import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PostgresConfig } from "#lib/engines/postgres/config";
import { certificateOf } from "#lib/engines/with-host-config";

/** What a client tool gets so that it can log in: an environment, and files that must go afterwards. */
export interface ToolAccess {
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * Host, port, user and TLS by environment; the password in a 0600 file that only PGPASSFILE names
 * (PostgreSQL manual, libpq, 34.15 and 34.16). SSL off is `disable`, on is `require`, and `verify-full` where
 * a CA is given: the same three that our own connections use, so that a test of the connection tells the truth.
 */
export async function toolAccess(config: PostgresConfig, tempDirectory: string): Promise<ToolAccess> {
  const directory = await mkdtemp(join(tempDirectory, "pg-"));
  const ca = certificateOf(config);
  const caFile = join(directory, "ca.pem");
  const passFile = join(directory, "pgpass");
  try {
    const escaped = (config.password ?? "").replace(/[\\:]/g, (character) => `\\${character}`);
    await writeFile(passFile, config.password ? `*:*:*:*:${escaped}\n` : "", { mode: 0o600 });
    if (ca !== null) await writeFile(caFile, ca, { mode: 0o600 });
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    directory,
    secrets: config.password ? [config.password] : [],
    env: {
      HOME: directory,
      PGHOST: config.host,
      PGPORT: String(config.port),
      PGUSER: config.username,
      PGPASSFILE: passFile,
      PGSSLMODE: ca !== null ? "verify-full" : config.ssl_enabled ? "require" : "disable",
      // Named always: or libpq would look for one in a home directory and change what `require` means.
      PGSSLROOTCERT: caFile,
      PGGSSENCMODE: "disable",
      PGCONNECT_TIMEOUT: "10",
      PGAPPNAME: "dataguardian",
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** A connection string that holds one database name and nothing else, whatever the name contains. */
export function databaseArgument(database: string): string {
  return `dbname='${database.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}
