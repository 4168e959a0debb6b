import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { certificateOf, type MongodbConfig } from "#lib/engines/mongodb/config";
import { connectionUri } from "#lib/engines/mongodb/uri";

/** What a client tool gets so that it can log in: one argument, and files that must go afterwards. */
export interface ToolAccess {
  readonly argument: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  remove(): Promise<void>;
}

/**
 * Address and password in a 0600 file that `--config` names (MongoDB Database Tools, mongodump --config).
 * They are two entries of it: an address with the password inside would be shown in the tool's errors.
 */
export async function toolAccess(config: MongodbConfig, tempDirectory: string): Promise<ToolAccess> {
  const directory = await mkdtemp(join(tempDirectory, "mongo-"));
  const file = join(directory, "config.yaml");
  const caFile = join(directory, "ca.pem");
  const ca = certificateOf(config);
  const password = config.username ? (config.password ?? "") : "";
  // A JSON string is a double-quoted scalar of YAML.
  const lines = [
    `uri: ${JSON.stringify(connectionUri(config, caFile))}`,
    ...(password === "" ? [] : [`password: ${JSON.stringify(password)}`]),
  ];
  try {
    await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
    if (ca !== null) await writeFile(caFile, ca, { mode: 0o600 });
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    argument: `--config=${file}`,
    env: { HOME: directory },
    secrets: password === "" ? [] : [password, encodeURIComponent(password)],
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
