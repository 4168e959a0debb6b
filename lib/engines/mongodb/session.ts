import type { Db, MongoClient, MongoClientOptions } from "mongodb";
import { certificateOf, type MongodbConfig, skipsCertificate, usesTls } from "#lib/engines/mongodb/config";
import { connectionUri } from "#lib/engines/mongodb/uri";
import { untilAbort } from "#lib/streams/until-abort";

/** The server as `config` says, and its database: that of the server itself where the config names none. */
export interface Session {
  readonly client: MongoClient;
  readonly db: Db;
}

function options(config: MongodbConfig): MongoClientOptions {
  const ca = certificateOf(config);
  return {
    maxPoolSize: 4,
    ...(config.username && { auth: { username: config.username, password: config.password ?? "" } }),
    ...(config.username && { authSource: config.auth_source || "admin" }),
    ...(usesTls(config) && { tls: true }),
    ...(skipsCertificate(config) && { tlsInsecure: true }),
    ...(ca !== null && { ca }),
  };
}

/**
 * Connects for `work` and closes however that ends. An abort of the signal rejects with its reason at once.
 * Rejects with the driver's errors.
 */
export async function withSession<T>(
  config: MongodbConfig,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  // The certificate and the login go as options, so nothing of the kind stands in the address.
  const address = connectionUri({ ...config, username: undefined, ssl_ca: undefined }, "");
  const bare = address.replace("tlsInsecure=true&", "");
  // Loaded when it is first needed: it takes tens of megabytes that most processes can do without.
  const { MongoClient } = await import("mongodb");
  const client = new MongoClient(bare, options(config));
  try {
    const connected = Promise.race([client.connect(), unreachable(client, config)]);
    const working = connected.then(() => work({ client, db: client.db(config.database || "admin") }));
    working.catch(() => undefined);
    return await untilAbort(working, signal);
  } finally {
    await client.close().catch(() => undefined);
  }
}

/**
 * Rejects once every address has failed. The driver itself would try again for as long as it may wait for a
 * server, though a refused connection or an unknown name is an answer. Never resolves.
 */
function unreachable(client: MongoClient, config: MongodbConfig): Promise<never> {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  // How many a seed list holds is not known here.
  const addresses = config.srv ? Number.POSITIVE_INFINITY : config.host.split(",").length;
  const seen = new Set<string>();
  client.on("serverHeartbeatFailed", ({ connectionId, failure }) => {
    if (seen.add(connectionId).size >= addresses) failed.reject(failure);
  });
  return failed.promise;
}

/** For example "7.0.14". */
export async function serverVersion({ client }: Session): Promise<string> {
  const info = await client.db("admin").command({ buildInfo: 1 });
  return String(info.version);
}
