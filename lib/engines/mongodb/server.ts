import { AppError } from "#lib/core/errors";
import { isServersOwn } from "#lib/engines/mongodb/namespaces";
import type { Session } from "#lib/engines/mongodb/session";

/** "router" is a sharded cluster's mongos, "alone" a server of no replica set. */
type ServerKind = "member" | "router" | "alone";

/** Of the server's codes: Unauthorized. */
const UNAUTHORIZED = 13;

export interface ServerContents {
  /** In name order, without the server's own. */
  readonly databases: readonly string[];
  /** Of all databases on disk. */
  readonly sizeOnDisk: number;
}

/** Rejects for a login that sees only some of the databases: a part would pass for the whole. */
export async function serverContents({ client }: Session): Promise<ServerContents> {
  const command = { listDatabases: 1, authorizedDatabases: false };
  const advice = "Give it the role backup, or name a database.";
  const answer = await allowed(
    client.db("admin").command(command),
    `The user may not see all databases of the server, which is to be backed up as a whole. ${advice}`,
  );
  const found: { name: string }[] = answer.databases;
  const databases = found.map(({ name }) => name).filter((name) => !isServersOwn(name));
  return { databases: databases.sort(), sizeOnDisk: Number(answer.totalSize ?? 0) };
}

/** Asked as the tools ask: servers before 4.2.10 know no `hello`. */
export async function kindOfServer({ client }: Session): Promise<ServerKind> {
  const answer = await client.db("admin").command({ isMaster: 1 });
  if (answer.msg === "isdbgrid") return "router";
  return answer.setName === undefined ? "alone" : "member";
}

/** Whether mongodump can take the oplog along. Rejects where there is one that the login may not read. */
export async function hasOplog(session: Session): Promise<boolean> {
  if ((await kindOfServer(session)) !== "member") return false;
  const oplog = session.client.db("local").collection("oplog.rs");
  return (await allowed(oplog.findOne({}, { projection: { ts: 1 } }), OPLOG_FORBIDDEN)) !== null;
}

export const OPLOG_FORBIDDEN =
  "The user may not read the oplog (local.oplog.rs), by which a backup of the whole server becomes a copy of one " +
  "instant. Give it the role backup, or let the job name the databases.";

async function allowed<T>(answer: Promise<T>, otherwise: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNAUTHORIZED) throw error;
    const details = { reason: "auth_failed" };
    throw new AppError("CONNECTION_FAILED", otherwise, { cause: error, details });
  }
}
