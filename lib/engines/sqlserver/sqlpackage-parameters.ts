import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { certificateOf } from "#lib/engines/with-host-config";

/** For statements that it does not count among the long ones, which have no limit; by itself it gives them 60. */
const STATEMENT_TIMEOUT_S = 3600;

/** The server, login and database of one side; TLS as in our own sessions. */
function connection(side: "Source" | "Target", config: SqlserverConfig, database: string): string[] {
  const flag = (on: boolean) => (on ? "True" : "False");
  return [
    `/${side}ServerName:tcp:${config.host},${config.port}`,
    `/${side}DatabaseName:${database}`,
    `/${side}User:${config.username}`,
    `/${side}Password:${config.password ?? ""}`,
    `/${side}EncryptConnection:${flag(config.ssl_enabled)}`,
    `/${side}TrustServerCertificate:${flag(certificateOf(config) === null)}`,
    `/p:CommandTimeout=${STATEMENT_TIMEOUT_S}`,
  ];
}

/** Parameters of SqlPackage, Export: `file` gets the schema and all rows of the config's database. */
export const exportParameters = (config: SqlserverConfig, file: string): string[] => [
  "/Action:Export",
  ...connection("Source", config, config.database),
  `/TargetFile:${file}`,
];

/** Parameters of SqlPackage, Import: creates `database`, which must not exist. */
export const importParameters = (config: SqlserverConfig, file: string, database: string): string[] => [
  "/Action:Import",
  `/SourceFile:${file}`,
  ...connection("Target", config, database),
];
