import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "#e2e/servers/until";
import { env } from "#lib/env";
import { workerCommand, workerEnvironment } from "#scripts/worker-command";

/** A real worker process. */
export interface WorkerProcess {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
  output(): string;
}

/** Starts a worker on the metadata database at `url` and answers when it serves the queue. */
export async function startWorker(url: string, extra: Record<string, string> = {}): Promise<WorkerProcess> {
  mkdirSync(env().DATA_DIR, { recursive: true });
  const logFile = join(env().DATA_DIR, `worker-${crypto.randomUUID()}.log`);
  const log = openSync(logFile, "a");
  const [file, ...args] = workerCommand();
  const child = spawn(file, args, {
    stdio: ["ignore", log, log],
    env: {
      ...process.env,
      ...workerEnvironment(env().DATA_DIR),
      DATABASE_URL: url,
      DATA_DIR: env().DATA_DIR,
      TEMP_DIRECTORY: env().TEMP_DIRECTORY,
      SCHEDULER_INTERVAL_MS: "1000",
      LOG_LEVEL: "info",
      ...extra,
    },
  });
  const exited = once(child, "exit").then(([code]: (number | null)[]) => code ?? null);
  const output = () => readFileSync(logFile, "utf8");
  await until("the worker is ready", () => {
    if (child.exitCode !== null) throw new Error(`The worker ended:\n${output()}`);
    return output().includes("worker ready");
  });
  return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal), exited, output };
}
