import { expect, test } from "vitest";
import { startTcpProxy } from "#e2e/servers/tcp-proxy";
import { until } from "#e2e/servers/until";
import { startWorker } from "#e2e/servers/worker";
import { createWorld } from "#e2e/servers/world";

test("a worker that starts while the database is away waits for it", async () => {
  const world = await createWorld();
  const proxy = await startTcpProxy({ port: Number(new URL(world.url).port) });
  const url = new URL(world.url);
  url.port = String(proxy.port);
  proxy.pause();
  const starting = startWorker(url.href);
  for (const tries of [1, 2]) {
    // One that gives up ends the test with its own words.
    await Promise.race([starting, until("the worker connects", () => proxy.accepted >= tries)]);
    proxy.cut();
  }
  proxy.resume();
  const worker = await starting;
  expect(worker.output()).toContain("worker ready");
  worker.kill("SIGTERM");
  expect(await worker.exited).toBe(0);
  await proxy.close();
  await world.close();
});
