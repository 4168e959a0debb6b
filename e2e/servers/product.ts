import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "#lib/db/embedded";

/** The built product, running as a person would start it. */
export interface Product {
  readonly url: string;
  readonly dataDir: string;
  /** The process of the start script; its children are web and worker. */
  readonly pid: number;
  /** What it has written so far. */
  output(): Promise<string>;
  /** Ends it as Ctrl-C would and answers its exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts web, worker and embedded database on a free port with all data under `directory`, and answers when
 * /health does. The build must be there. `extra` adds to or replaces its environment.
 */
export async function startProduct(directory: string, extra: Record<string, string> = {}): Promise<Product> {
  const dataDir = join(directory, "data");
  await mkdir(dataDir, { recursive: true });
  const port = await freePort();
  const logFile = join(directory, "product.log");
  const log = createWriteStream(logFile, { flags: "a" });
  await once(log, "open");
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../scripts/start.ts"), "all"], {
    stdio: ["ignore", log, log],
    env: {
      ...process.env,
      NODE_ENV: "production",
      DATA_DIR: dataDir,
      HOST: "127.0.0.1",
      PORT: String(port),
      TEMP_DIRECTORY: join(directory, "temp"),
      ...extra,
    },
  });
  log.close();
  const exited = once(child, "exit").then(([code]: (number | null)[]) => code ?? null);
  const url = `http://127.0.0.1:${port}`;
  const output = () => readFile(logFile, "utf8");
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The product did not start:\n${await output()}`);
    }
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5000) }).catch(() => null);
    if (answer?.ok) break;
    await sleep(100);
  }
  const stop = async () => {
    child.kill("SIGINT");
    return exited;
  };
  return { url, dataDir, pid: child.pid ?? 0, output, stop };
}
