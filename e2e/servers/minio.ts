import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, open, readFile } from "node:fs/promises";
import { get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";
import { join } from "node:path";
import { makeCertificates } from "#e2e/servers/certificates";
import { ensureGoTool } from "#e2e/servers/go-tools";
import { until } from "#e2e/servers/until";
import { freePort } from "#lib/db/embedded";
import { DIES_WITH_US } from "#lib/streams/process";

const TOOL = {
  name: "minio",
  module: "github.com/minio/minio",
  version: "v0.0.0-20260212201848-7aac2a2c5b7c",
};
const USER = "dataguardian";
const PASSWORD = "dataguardian-test-only";

/** A real S3 server on 127.0.0.1. */
export interface MinioServer {
  /** `http(s)://user:password@host:port`. */
  readonly url: string;
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Where its objects lie, unfinished uploads included. */
  readonly dataDirectory: string;
  /** File of the authority that signed its certificate; null without TLS. */
  readonly caFile: string | null;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts MinIO under `directory`; null where it can neither be built nor found. */
export async function startMinio(
  directory: string,
  options: { tls?: boolean } = {},
): Promise<MinioServer | null> {
  const program = await ensureGoTool(TOOL);
  if (program === null) return null;
  const dataDirectory = join(directory, "data");
  await mkdir(dataDirectory, { recursive: true });
  const place = {
    program,
    directory,
    port: await freePort(),
    caFile: options.tls ? await placeCertificates(directory) : null,
  };
  let running: ChildProcess | null = await launch(place);
  const end = async (signal: NodeJS.Signals) => {
    const child = running;
    running = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  return {
    url: `${place.caFile ? "https" : "http"}://${USER}:${PASSWORD}@127.0.0.1:${place.port}`,
    port: place.port,
    accessKey: USER,
    secretKey: PASSWORD,
    dataDirectory,
    caFile: place.caFile,
    kill: () => end("SIGKILL"),
    restart: async () => {
      running = await launch(place);
    },
    stop: () => end("SIGTERM"),
  };
}

interface Place {
  readonly program: string;
  readonly directory: string;
  readonly port: number;
  readonly caFile: string | null;
}

/** Under the names by which MinIO knows them; it speaks TLS where it finds them. */
async function placeCertificates(directory: string): Promise<string> {
  const caFile = await makeCertificates(directory);
  const folder = join(directory, "certs");
  await mkdir(folder);
  await copyFile(join(directory, "cert.pem"), join(folder, "public.crt"));
  await copyFile(join(directory, "key.pem"), join(folder, "private.key"));
  return caFile;
}

async function launch({ program, directory, port, caFile }: Place): Promise<ChildProcess> {
  const logFile = join(directory, "server.log");
  const log = await open(logFile, "a");
  const address = `127.0.0.1:${port}`;
  const folders = ["--certs-dir", join(directory, "certs"), join(directory, "data")];
  const [file = program, ...args] = [
    ...DIES_WITH_US,
    ...[program, "server", "--quiet", "--address", address],
    ...folders,
  ];
  const child = spawn(file, args, {
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
  });
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  await log.close();
  const ready = until("MinIO answers", async () => {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`MinIO ended: ${await readFile(logFile, "utf8")}`);
    }
    return answers(port, caFile);
  });
  await Promise.race([ready, failed]);
  return child;
}

async function answers(port: number, caFile: string | null): Promise<boolean> {
  const ca = caFile === null ? undefined : await readFile(caFile);
  const get = ca === undefined ? httpGet : httpsGet;
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", port, path: "/minio/health/ready", agent: false, ca };
    get(options, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    }).once("error", () => resolve(false));
  });
}
