import { startTestServers } from "#e2e/servers/start";

/** Vitest's global set-up: the servers run once for all files; the returned function ends them. */
export async function setup(): Promise<() => Promise<void>> {
  const servers = await startTestServers();
  Object.assign(process.env, servers.environment);
  return servers.stop;
}
