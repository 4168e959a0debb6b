import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { ApiClient } from "#e2e/api/api-client";
import { OWNER, test, workingDirectory } from "#e2e/api/installation";
import { completed, makeDatasource, makeJob, runJob } from "#e2e/api/make";
import { startPostgresNewer } from "#e2e/servers/postgres";
import { startProduct } from "#e2e/servers/product";
import { urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";

const AWAY = { error: "SERVICE_UNAVAILABLE", message: expect.stringMatching(/database/) };

test("the metadata database goes and comes back, and nothing needs a hand", async () => {
  const directory = await workingDirectory();
  let server = await startPostgresNewer(join(directory, "server"));
  const product = await startProduct(directory, { DATABASE_URL: server.url });
  try {
    const nobody = new ApiClient(product.url);
    expect((await nobody.post("/auth/setup", OWNER)).status).toBe(201);
    const owner = await nobody.login(OWNER.username, OWNER.password);
    const metrics = async () => (await fetch(`${product.url}/metrics`)).text();
    expect(await metrics()).toMatch(/^dg_queue_up 1$/m);
    const before = (await product.output()).length;

    await server.stop();
    const reads = [
      "/datasources",
      "/auth/me",
      "/auth/status",
      "/health",
      "/executions",
      "/dashboard/overview",
    ];
    for (const path of [...reads, ...reads]) {
      const api = path === "/auth/status" ? nobody : owner;
      const answer = await api.get(path);
      expect(answer.status, `${path}: ${answer.text}`).toBe(503);
      expect(answer.body).toMatchObject(AWAY);
      expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
      expect(answer.text).not.toMatch(/prisma|127\.0\.0\.1|ECONN/i);
    }
    const writes = [await nobody.post("/auth/login", OWNER), await owner.post("/datasources", {})];
    for (const answer of writes) expect(answer.body).toMatchObject(AWAY);
    const probe = await fetch(`${product.url}/health`);
    expect([probe.status, await probe.json()]).toEqual([200, { status: "ok" }]);
    expect(await metrics()).toMatch(/^dg_queue_up 0$/m);

    server = await startPostgresNewer(join(directory, "server"));
    await until("the API answers again", async () => (await owner.get("/datasources")).status === 200);
    expect(await metrics()).toMatch(/^dg_queue_up 1$/m);
    await until("the worker is back", async () => {
      const { body } = await owner.get<{ status: string }>("/health");
      return body.status === "ok";
    });
    const path = join(product.dataDir, "backups/after");
    await mkdir(join(product.dataDir, "backups"), { recursive: true });
    const storage = await owner.post<{ id: string }>("/storage-locations", {
      name: "After",
      type: "local",
      config: { path },
    });
    expect(storage.status, storage.text).toBe(201);
    const source = await makeDatasource(owner, urlFrom("TEST_POSTGRES_URL"));
    await completed(owner, await runJob(owner, await makeJob(owner, source, storage.body.id)));
    const since = (await product.output()).slice(before);
    expect(since).not.toMatch(/unhandled|request failed unexpectedly|starting it again/i);
  } finally {
    await product.stop();
    await server.stop();
  }
});
