import { delimiter } from "node:path";
import { startProduct } from "#e2e/servers/product";
import { startTestServers } from "#e2e/servers/start";
import { build } from "#scripts/build";

/** Playwright's global set-up: servers and the built product; E2E_BASE_URL and TEST_* tell tests where. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  await build();
  const servers = await startTestServers();
  Object.assign(process.env, servers.environment);
  try {
    const { PATH = "", TEST_MONGODB_TOOLS: mongodb } = process.env;
    const path = mongodb === undefined ? PATH : `${PATH}${delimiter}${mongodb}`;
    const product = await startProduct(servers.directory, { PATH: path });
    process.env.E2E_BASE_URL = product.url;
    process.env.E2E_DATA_DIR = product.dataDir;
    return async () => {
      await product.stop();
      await servers.stop();
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
}
