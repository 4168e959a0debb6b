import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createTestDatabase } from "#e2e/servers/test-database";
import { PERMISSIONS } from "#lib/core/permissions";
import { type Database, openDatabase, setDatabase } from "#lib/db/client";
import { env } from "#lib/env";
import { createJob } from "#lib/features/backup-jobs/create-job";
import type { Context, UserActor } from "#lib/features/context";
import { createDatasource } from "#lib/features/datasources/create-datasource";
import { createStorage } from "#lib/features/storage-locations/create-storage";

/** An empty installation on a real database, and an administrator who asks for things. */
export interface World {
  readonly database: Database;
  readonly url: string;
  /** A folder under the allowed root of local storages. */
  readonly storageRoot: string;
  readonly admin: Context;
  close(): Promise<void>;
}

export async function createWorld(url?: string): Promise<World> {
  const own = url === undefined ? await createTestDatabase() : null;
  const database = openDatabase(url ?? own?.url ?? "");
  setDatabase(database);
  const [root = ""] = env().localRoots;
  await mkdir(root, { recursive: true });
  const storageRoot = await mkdtemp(join(root, "world-"));
  const user = await database.prisma.user.create({
    data: { username: `admin-${crypto.randomUUID().slice(0, 8)}`, fullName: "Admin", passwordHash: "!" },
  });
  return {
    database,
    url: database.url,
    storageRoot,
    admin: contextFor(database, adminActor(user)),
    close: async () => {
      await database.close();
      await own?.drop();
      await rm(storageRoot, { recursive: true, force: true });
    },
  };
}

export function contextFor(database: Database, actor: Context["actor"]): Context {
  return {
    db: database.prisma,
    actor,
    requestId: crypto.randomUUID(),
    ip: "127.0.0.1",
    userAgent: null,
    approval: {},
  };
}

export function adminActor(user: { id: string; username: string }): UserActor {
  return {
    kind: "user",
    userId: user.id,
    username: user.username,
    fullName: user.username,
    isOwner: true,
    isAdmin: true,
    roles: ["admin"],
    permissions: new Set(PERMISSIONS),
    scopes: [],
    sessionId: null,
    sessionExpiresAt: null,
  };
}

/** `connection_config` of a PostgreSQL datasource from a server's URL. */
export function connectionOf(url: string): Record<string, unknown> {
  const parsed = new URL(url);
  return {
    host: parsed.hostname,
    port: Number(parsed.port),
    database: decodeURIComponent(parsed.pathname.slice(1)),
    username: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
  };
}

interface JobParts {
  readonly sourceUrl: string;
  readonly storagePath?: string;
  readonly options?: Record<string, unknown>;
  readonly retention?: { max_backups: number; auto_delete?: boolean };
  readonly connection?: Record<string, unknown>;
}

let serial = 0;

/** A datasource, a storage and a job over them; the job runs only when asked. */
export async function createJobFor(world: World, parts: JobParts) {
  serial += 1;
  const number = serial;
  const datasource = await createDatasource.execute(
    {
      name: `Source ${number}`,
      type: "postgres",
      connectionConfig: { ...connectionOf(parts.sourceUrl), ...parts.connection },
    },
    world.admin,
  );
  const storage = await createStorage.execute(
    { name: `Storage ${number}`, type: "local", config: { path: parts.storagePath ?? world.storageRoot } },
    world.admin,
  );
  const job = await createJob.execute(
    {
      name: `Job ${number}`,
      datasourceId: datasource.id,
      storageLocationId: storage.id,
      scheduleCron: "0 3 1 1 *",
      backupOptions: parts.options ?? {},
      retentionPolicy: parts.retention ?? { max_backups: 100 },
    },
    world.admin,
  );
  return { datasource, storage, job };
}
