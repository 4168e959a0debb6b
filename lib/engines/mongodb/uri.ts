import { isIP } from "node:net";
import {
  certificateOf,
  type MongodbConfig,
  parseHosts,
  skipsCertificate,
  usesTls,
} from "#lib/engines/mongodb/config";

const TIMEOUT_MS = 10_000;

function authority(config: MongodbConfig): string {
  if (config.srv) return config.host;
  return (parseHosts(config.host) ?? [])
    .map(({ host, port }) => `${isIP(host) === 6 ? `[${host}]` : host}:${port ?? config.port}`)
    .join(",");
}

/**
 * The connection string of driver and tools alike: user name, but never a password. `caFile` names the
 * certificate's file where there is one. One host without a replica set's name is spoken to directly, so that
 * a set's own names, which may not resolve here, are not asked for.
 */
export function connectionUri(config: MongodbConfig, caFile: string): string {
  const replicaSet = config.replica_set ?? "";
  const query = new URLSearchParams({ appName: "dataguardian" });
  if (config.username) query.set("authSource", config.auth_source || "admin");
  if (replicaSet !== "") query.set("replicaSet", replicaSet);
  else if (!config.srv && !config.host.includes(",")) query.set("directConnection", "true");
  if (usesTls(config)) query.set("tls", "true");
  if (skipsCertificate(config)) query.set("tlsInsecure", "true");
  if (certificateOf(config) !== null) query.set("tlsCAFile", caFile);
  query.set("connectTimeoutMS", String(TIMEOUT_MS));
  query.set("serverSelectionTimeoutMS", String(TIMEOUT_MS));
  const user = config.username ? `${encodeURIComponent(config.username)}@` : "";
  // The tools read a plus as it stands, so a space must be %20.
  const text = query.toString().replaceAll("+", "%20");
  return `mongodb${config.srv ? "+srv" : ""}://${user}${authority(config)}/?${text}`;
}
