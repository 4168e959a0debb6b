import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { ensureGoTool, missingTool } from "#e2e/servers/go-tools";
import { until } from "#e2e/servers/until";

const TOOL = {
  name: "minio",
  module: "github.com/minio/minio",
  version: "v0.0.0-20260212201848-7aac2a2c5b7c",
};
/** What to do when the server is missing: said in the skip. */
export const MISSING_MINIO = missingTool(TOOL);
const USER = "dataguardian";
const PASSWORD = "dataguardian-test-only";

/** A real S3 server on 127.0.0.1. */
export interface MinioServer {
  /** `http://user:password@host:port`. */
  readonly url: string;
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Where its objects lie, unfinished uploads included. */
  readonly dataDirectory: string;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts MinIO under `directory`; null where it can neither be built nor found. */
export async function startMinio(directory: string): Promise<MinioServer | null> {
  const program = await ensureGoTool(TOOL);
  if (program === null) return null;
  const dataDirectory = join(directory, "data");
  await mkdir(dataDirectory, { recursive: true });
  const port = await freePort();
  let running: ChildProcess | null = await launch(program, directory, port);
  const end = async (signal: NodeJS.Signals) => {
    const child = running;
    running = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  return {
    url: `http://${USER}:${PASSWORD}@127.0.0.1:${port}`,
    port,
    accessKey: USER,
    secretKey: PASSWORD,
    dataDirectory,
    kill: () => end("SIGKILL"),
    restart: async () => {
      running = await launch(program, directory, port);
    },
    stop: () => end("SIGTERM"),
  };
}

async function launch(program: string, directory: string, port: number): Promise<ChildProcess> {
  const logFile = join(directory, "server.log");
  const log = await open(logFile, "a");
  const child = spawn(
    program,
    ["server", "--quiet", "--address", `127.0.0.1:${port}`, join(directory, "data")],
    {
      cwd: directory,
      env: {
        PATH: process.env.PATH ?? "",
        HOME: directory,
        MINIO_ROOT_USER: USER,
        MINIO_ROOT_PASSWORD: PASSWORD,
        MINIO_BROWSER: "off",
        MINIO_UPDATE: "off",
        GOMEMLIMIT: "1GiB",
      } as Record<string, string> as NodeJS.ProcessEnv,
      stdio: ["ignore", log.fd, log.fd],
    },
  );
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  await log.close();
  const ready = until("MinIO answers", async () => {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`MinIO ended: ${await readFile(logFile, "utf8")}`);
    }
    const answer = await fetch(`http://127.0.0.1:${port}/minio/health/ready`).catch(() => null);
    return answer?.ok;
  });
  await Promise.race([ready, failed]);
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No free port.");
  return address.port;
}
