import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CLUSTER_USER } from "#lib/db/embedded-cluster";

/** The metadata database of the product at E2E_BASE_URL, which keeps its own server beside its data. */
export async function productDatabase(): Promise<string> {
  const { E2E_DATA_DIR: data } = process.env;
  if (!data) throw new Error("E2E_DATA_DIR is not set: see e2e/global-setup.ts.");
  const kept = async (name: string) => (await readFile(join(data, "postgres", name), "utf8")).trim();
  const [password, port] = await Promise.all([kept("password"), kept("port")]);
  return `postgresql://${CLUSTER_USER}:${password}@127.0.0.1:${port}/dataguardian`;
}
