import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { type Prisma, PrismaClient } from "#lib/db/generated/client";
import { env } from "#lib/env";
import { log } from "#lib/log";

export type Db = PrismaClient;
/** A transaction of the metadata database. */
export type Tx = Prisma.TransactionClient;

export interface Database {
  readonly prisma: Db;
  /** The pool below Prisma, for LISTEN and for graphile-worker. */
  readonly pool: pg.Pool;
  readonly url: string;
  close(): Promise<void>;
}

/** Opens the metadata database. A lost idle connection is logged and replaced; it never ends the process. */
export function openDatabase(url: string, poolSize = 10): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: "dataguardian",
  });
  const lost = (error: Error) => log.warn({ component: "db", err: error }, "lost a database connection");
  pool.on("error", lost);
  // A client that breaks while it is checked out tells only its own listeners; without one the process ends.
  pool.on("connect", (client) => client.on("error", lost));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    prisma,
    pool,
    url,
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/** DATABASE_URL, which the start script sets also for the embedded server. */
export function configuredUrl(): string {
  const url = env().DATABASE_URL;
  if (url) return url;
  throw new Error("DATABASE_URL is not set. Start with `npm start`, which brings an embedded PostgreSQL.");
}

// Next's dev server reloads modules; one pool per process has to survive that.
const holder = globalThis as typeof globalThis & { dataguardianDatabase?: Database };

/** The process-wide metadata database, opened on first use from DATABASE_URL. */
export function database(): Database {
  holder.dataguardianDatabase ??= openDatabase(configuredUrl());
  return holder.dataguardianDatabase;
}

/** Replaces the process-wide database; for processes that learn their URL late, and for tests. */
export function setDatabase(next: Database): void {
  holder.dataguardianDatabase = next;
}
