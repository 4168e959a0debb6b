import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdir, mkdtemp } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test as base } from "@playwright/test";
import { ApiClient } from "#e2e/api/api-client";
import { type Product, startProduct } from "#e2e/servers/product";
import { query } from "#e2e/servers/query";
import { createDatabase, urlFrom } from "#e2e/servers/test-database";
import { hashPassword } from "#lib/features/auth/password";

export const OWNER = { username: "owner", password: "correct horse battery staple" };

/** A running product that is set up, and doors into it. */
export interface Installation {
  readonly url: string;
  /** A script without a session. */
  readonly nobody: ApiClient;
  readonly owner: ApiClient;
  /** Of the metadata database. */
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** A folder that local storages may use. */
  readonly storageRoot: string;
  /** What the product has written to its log. */
  output(): Promise<string>;
}

/** One installation for all API tests of a worker process, on a metadata database of its own. */
export const test = base.extend<object, { installation: Installation }>({
  installation: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of other fixtures here.
    async ({}, use) => {
      const database = await createDatabase(urlFrom("TEST_DATABASE_URL"));
      const product = await startProduct(await workingDirectory(), { DATABASE_URL: database.url });
      try {
        await use(await setUp(product, database.url));
      } finally {
        await product.stop();
        await database.drop();
      }
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

/** Within the run's directory, which goes when the run ends. */
export async function workingDirectory(): Promise<string> {
  const { E2E_DATA_DIR: data } = process.env;
  if (!data) throw new Error("E2E_DATA_DIR is not set: see e2e/global-setup.ts.");
  return mkdtemp(join(dirname(data), "api-"));
}

async function setUp(product: Product, databaseUrl: string): Promise<Installation> {
  const nobody = new ApiClient(product.url);
  const answer = await nobody.post("/auth/setup", OWNER);
  if (answer.status !== 201) throw new Error(`Set-up failed: ${answer.text}`);
  const storageRoot = join(product.dataDir, "backups");
  await mkdir(storageRoot, { recursive: true });
  return {
    url: product.url,
    nobody,
    owner: await nobody.login(OWNER.username, OWNER.password),
    databaseUrl,
    dataDir: product.dataDir,
    storageRoot,
    output: product.output,
  };
}

export interface ScopeRow {
  readonly permission: string;
  readonly resourceType: string;
  readonly resourceIds?: readonly string[];
  readonly deniedResourceIds?: readonly string[];
}

/** A person as the users page will make them: role, password and scopes straight into the tables. */
export async function createUser(
  databaseUrl: string,
  role: string,
  scopes: readonly ScopeRow[] = [],
): Promise<{ id: string; username: string; password: string }> {
  const id = randomUUID();
  const username = `${role}-${id.slice(0, 8)}`;
  const password = randomBytes(12).toString("base64url");
  const hash = await hashPassword(password);
  const list = (ids: readonly string[] = []) => `'{${ids.join(",")}}'::uuid[]`;
  const rows = scopes.map(
    (
      s,
    ) => `INSERT INTO access_scopes (user_id, permission_key, resource_type, resource_ids, denied_resource_ids)
      VALUES ('${id}', '${s.permission}', '${s.resourceType}', ${list(s.resourceIds)}, ${list(s.deniedResourceIds)});`,
  );
  await query(
    databaseUrl,
    `INSERT INTO users (id, username, full_name, password_hash, updated_at)
       VALUES ('${id}', '${username}', '${username}', '${hash}', now());
     INSERT INTO user_roles (user_id, role_id) SELECT '${id}', id FROM roles WHERE key = '${role}';
     ${rows.join("\n")}`,
  );
  return { id, username, password };
}

/** An API key of a user, as the keys page will make it. */
export async function createApiKey(databaseUrl: string, userId: string): Promise<string> {
  const key = `dg_${randomBytes(24).toString("base64url")}`;
  const hash = createHash("sha256").update(key).digest("hex");
  await query(
    databaseUrl,
    `INSERT INTO api_keys (user_id, name, prefix, key_hash) VALUES ('${userId}', 'test', '${key.slice(0, 8)}', '${hash}')`,
  );
  return key;
}
