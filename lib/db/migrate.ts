import { randomBytes } from "node:crypto";
import { runMigrations } from "graphile-worker";
import pg from "pg";
import { Engine, type MigrationFiles, PROJECT_FILES } from "#lib/db/schema-engine";
import { seedAccess } from "#lib/db/seed-access";

/** Any constant that nobody else uses will do; it spells "dgm". */
const LOCK = 0x64676d;

/**
 * Brings the database at `url` to the newest schema, ours and the queue's, with the built-in roles. Processes that start together
 * take turns, so that each finds a finished schema. Answers the names of the migrations that it applied.
 */
export async function migrate(url: string, files: MigrationFiles = PROJECT_FILES): Promise<string[]> {
  const turn = new pg.Client({ connectionString: url, application_name: "dataguardian migrate" });
  turn.on("error", () => undefined);
  await turn.connect();
  try {
    await turn.query("SELECT pg_advisory_lock($1)", [LOCK]);
    const applied = await withEngine(url, files, (engine) => engine.apply());
    await runMigrations({ connectionString: url });
    await seedAccess(turn);
    return applied;
  } finally {
    // Ending the session gives the lock back, also when the work failed.
    await turn.end();
  }
}

/**
 * SQL that is missing from the migrations to reach the schema; "" when they agree. `url` names a server on
 * which a scratch database may be created; the database itself is not changed.
 */
export async function schemaDrift(url: string, files: MigrationFiles = PROJECT_FILES): Promise<string> {
  const server = new pg.Client({ connectionString: url });
  await server.connect();
  const name = `dg_drift_${randomBytes(6).toString("hex")}`;
  try {
    await server.query(`CREATE DATABASE ${name}`);
    const scratch = new URL(url);
    scratch.pathname = `/${name}`;
    return await withEngine(scratch.href, files, async (engine) => {
      await engine.apply();
      return engine.missingSql();
    });
  } finally {
    await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await server.end();
  }
}

async function withEngine<T>(
  url: string,
  files: MigrationFiles,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await Engine.open(url, files);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
