import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ErrorCode } from "#lib/core/errors";
import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import { explainSqlpackage, isProgress, shownLine } from "#lib/engines/sqlserver/explain-sqlpackage";
import { responseFile } from "#lib/engines/sqlserver/response-file";
import { type FoundSqlpackage, sqlpackageEnvironment } from "#lib/engines/sqlserver/sqlpackage-tool";
import type { EngineIo } from "#lib/engines/types";
import { certificateOf } from "#lib/engines/with-host-config";
import { type RunningTool, startTool } from "#lib/streams/process";

const LOOK_MS = 1000;
const MAX_WARNINGS = 20;
/** Of Linux for every architecture (proc_pid_stat(5), USER_HZ). */
const TICKS_PER_SECOND = 100;

export interface SqlpackageRun {
  readonly tool: FoundSqlpackage;
  readonly config: SqlserverConfig;
  readonly parameters: readonly string[];
  /** A private directory for this run alone, also for the tool's own temporary files. Its owner removes it. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly log: EngineIo["log"];
  readonly fallback: ErrorCode;
  /** Told a growing number while the tool writes, speaks or computes. */
  readonly life?: (sign: number) => void;
}

/**
 * Runs sqlpackage and resolves with its warnings when it exited 0. All parameters stand in a 0600 response
 * file that goes with the tool, for its command line is everybody's to read (microsoft/DacFx, issue 182).
 * Rejects with an AppError in its own words, or with the abort's reason.
 */
export async function runSqlpackage(run: SqlpackageRun): Promise<readonly string[]> {
  const { tool, config, directory, signal, log } = run;
  const file = join(directory, "parameters.rsp");
  const heard = { lines: 0, warnings: [] as string[] };
  const hear = (line: string, telling: boolean) => {
    heard.lines += 1;
    const shown = shownLine(line);
    if (telling && heard.warnings.length < MAX_WARNINGS) heard.warnings.push(shown);
    log(telling ? "warn" : "debug", shown);
  };
  let running: RunningTool | null = null;
  try {
    await writeFile(file, responseFile(run.parameters), { mode: 0o600, flag: "wx" });
    const env = { ...sqlpackageEnvironment(), ...(await places(config, directory)) };
    running = await startTool({
      file: tool.path,
      args: [`@${file}`],
      env,
      signal,
      cwd: directory,
      stdout: "lines",
      secrets: config.password ? [config.password] : [],
      onLine: (line) => hear(line, !isProgress(line)),
      onOutput: (line) => hear(line, /^\*\*\* |^Warning\b/.test(line)),
    });
    await watched(running, run, heard);
    return heard.warnings;
  } catch (error) {
    signal.throwIfAborted();
    const lines = running === null ? [] : [...running.stderr, ...running.output];
    throw explainSqlpackage(error, lines, run.fallback);
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * Home and temporary files in its own directory. A CA is given as .NET takes it on Linux: in place of the
 * system's, by OpenSSL's two variables (dotnet/runtime, pal_x509_root.c).
 */
async function places(config: SqlserverConfig, directory: string): Promise<Record<string, string>> {
  const own = { HOME: directory, TMPDIR: directory };
  const ca = certificateOf(config);
  if (ca === null) return own;
  const certificates = join(directory, "certificates");
  const file = join(certificates, "ca.pem");
  await mkdir(certificates, { mode: 0o700 });
  await writeFile(file, ca, { mode: 0o600 });
  return { ...own, SSL_CERT_FILE: file, SSL_CERT_DIR: certificates };
}

/**
 * Waits for the tool's end. It may think long over a large schema without a word or a byte, so whole seconds
 * of computing are a sign of life too; one that only waits for a server that hangs gives none.
 */
async function watched(running: RunningTool, run: SqlpackageRun, heard: { lines: number }): Promise<void> {
  const { life } = run;
  if (life === undefined) return running.finished;
  let bytes = 0;
  let seconds = 0;
  const look = async () => {
    bytes = Math.max(bytes, await bytesIn(run.directory));
    seconds = Math.max(seconds, await computed(running.pid));
    life(bytes + seconds + heard.lines);
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  try {
    await running.finished;
  } finally {
    clearInterval(timer);
  }
}

/** Files come and go while it looks. */
async function bytesIn(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(({ parentPath, name }) =>
    stat(join(parentPath, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Seconds of processor time of a process; 0 where the system does not tell. */
async function computed(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // Behind the name, which may hold anything: the 12th and 13th field are user and system time.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Math.floor((Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND);
}
