import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { compareVersions, type Version } from "#lib/engines/family-mysql/flavour";
import { certificateOf } from "#lib/engines/with-host-config";

/** What a client gets so that it can log in; its files must go afterwards. */
export interface ToolAccess {
  /** Must stand before all other arguments. */
  readonly optionsArgument: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  remove(): Promise<void>;
}

/**
 * Host, user, password and TLS in a 0600 option file. Its value rules (MySQL manual, 4.2.2.2): between double
 * quotes a # begins no comment, and a backslash introduces escapes, so both are escaped by one. HOME points to
 * the same private folder: no option file of the worker's own user is read.
 */
export async function toolAccess(
  config: MysqlConfig,
  tool: Version,
  tempDirectory: string,
): Promise<ToolAccess> {
  const directory = await mkdtemp(join(tempDirectory, "my-"));
  const file = join(directory, "client.cnf");
  const caFile = join(directory, "ca.pem");
  const ca = certificateOf(config);
  try {
    if (ca !== null) await writeFile(caFile, ca, { mode: 0o600 });
    await writeFile(file, optionFile(config, tool, ca === null ? null : caFile), { mode: 0o600 });
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    optionsArgument: `--defaults-extra-file=${file}`,
    env: { HOME: directory },
    secrets: config.password ? [config.password] : [],
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The text of the option file for a client of that flavour and version. */
export function optionFile(config: MysqlConfig, tool: Version, caFile: string | null): string {
  const lines = [
    "[client]",
    `host=${quoted(config.host)}`,
    `port=${config.port}`,
    `user=${quoted(config.username)}`,
    `password=${quoted(config.password ?? "")}`,
    ...(tool.flavour === "mariadb" ? mariadbTls(config, caFile) : mysqlTls(config, tool, caFile)),
  ];
  return `${lines.join("\n")}\n`;
}

const quoted = (value: string) => `"${value.replace(/["\\]/g, (character) => `\\${character}`)}"`;

/** Newer clients check a certificate by themselves, which without a CA must be switched off to mean the same. */
function mariadbTls(config: MysqlConfig, caFile: string | null): string[] {
  if (!config.ssl_enabled) return ["skip-ssl"];
  if (caFile === null) return ["ssl", "skip-ssl-verify-server-cert"];
  return ["ssl", `ssl-ca=${quoted(caFile)}`, "ssl-verify-server-cert"];
}

function mysqlTls(config: MysqlConfig, tool: Version, caFile: string | null): string[] {
  if (caFile !== null) return ["ssl-mode=VERIFY_IDENTITY", `ssl-ca=${quoted(caFile)}`];
  if (config.ssl_enabled) return ["ssl-mode=REQUIRED"];
  // Without TLS caching_sha2_password needs the server's key to encrypt the password with.
  const knowsKeys = compareVersions(tool.number, "8.0.3") >= 0;
  return ["ssl-mode=DISABLED", ...(knowsKeys ? ["get-server-public-key"] : [])];
}
