import { AppError } from "#lib/core/errors";
import { databaseOf, type MongodbConfig } from "#lib/engines/mongodb/config";
import { listCollections } from "#lib/engines/mongodb/inventory";
import { selectCollections, selectionArguments } from "#lib/engines/mongodb/selection";
import { hasOplog, serverContents } from "#lib/engines/mongodb/server";
import { type Session, serverVersion, withSession } from "#lib/engines/mongodb/session";
import type { DumpOptions, EngineIo } from "#lib/engines/types";

/** What a dump takes, and how mongodump is told. */
export interface DumpSource {
  readonly version: string;
  /** Documents' bytes, roughly. */
  readonly bytes: number;
  readonly arguments: readonly string[];
  /** For the log, for example "collections: 5". */
  readonly described: string;
  readonly wholeServer: boolean;
}

/** Looks at what the config is about: one database, or all of the server. Rejects where there is nothing. */
export function dumpSource(config: MongodbConfig, options: DumpOptions, io: EngineIo): Promise<DumpSource> {
  const name = databaseOf(config);
  return withSession(config, io.signal, (session) =>
    name === null ? server(session, options, io) : database(session, name, options, io),
  );
}

/** mongodump takes no oplog of a single database, so its collections may differ in time. */
async function database(
  session: Session,
  name: string,
  options: DumpOptions,
  io: EngineIo,
): Promise<DumpSource> {
  const version = await serverVersion(session);
  const collections = await listCollections(session.db);
  if (collections.length === 0) {
    const message = `The database ${name} holds no collections, or does not exist on this server.`;
    throw new AppError("DUMP_FAILED", message);
  }
  const selection = selectCollections(collections, options, (message) => io.log("warn", message));
  return {
    version,
    bytes: Number((await session.db.stats()).dataSize ?? 0),
    arguments: [`--db=${name}`, ...selectionArguments(selection)],
    described: `collections: ${selection.names.length}`,
    wholeServer: false,
  };
}

/** With the oplog where there is one: replayed at a restore, it brings all databases to one instant. */
async function server(session: Session, options: DumpOptions, io: EngineIo): Promise<DumpSource> {
  refuseLists(options);
  const version = await serverVersion(session);
  const { databases, sizeOnDisk } = await serverContents(session);
  if (databases.length === 0) {
    throw new AppError("DUMP_FAILED", "The server holds no database besides its own.");
  }
  const oplog = await hasOplog(session);
  if (!oplog) {
    const why = "it is no member of a replica set, or a mongos";
    io.log(
      "warn",
      `The server has no oplog (${why}): collections may differ in time, by what is written meanwhile`,
    );
  }
  const sizes = databases.map(async (name) => Number((await session.client.db(name).stats()).dataSize ?? 0));
  // Null: the login may read the databases and not their statistics; their size on disk stands in.
  const known = await Promise.all(sizes).catch(() => null);
  return {
    version,
    bytes: known === null ? sizeOnDisk : known.reduce((sum, size) => sum + size, 0),
    arguments: oplog ? ["--oplog"] : [],
    described: `all databases: ${databases.join(", ")}`,
    wholeServer: true,
  };
}

/** mongodump leaves out collections of one database only (mongo-tools, mongodump.go, ValidateOptions). */
function refuseLists({ includeTables, excludeTables }: DumpOptions): void {
  const fields = [
    ...(includeTables.length > 0 ? ["include_tables"] : []),
    ...(excludeTables.length > 0 ? ["exclude_tables"] : []),
  ];
  if (fields.length === 0) return;
  const message = "A backup of the whole server holds every collection: clear the lists, or name databases.";
  throw new AppError("VALIDATION_ERROR", message, {
    details: fields.map((field) => ({ field: `backup_options.${field}`, message })),
  });
}
