import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { BlockPool } from "#lib/streams/block-pool";
import { type BlockSocket, openBlockSocket } from "#lib/streams/block-socket";
import { LineCollector } from "#lib/streams/lines";

/** Time between SIGTERM and SIGKILL for a tool that is told to end. */
const GRACE_MS = 3000;
const SETPRIV = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));

/** Stands before a command that must not outlive this process; empty where the system cannot do it. */
export const DIES_WITH_US: readonly string[] =
  SETPRIV === undefined ? [] : [SETPRIV, "--pdeathsig", "KILL", "--"];
const STDBUF = ["/usr/bin/stdbuf", "/bin/stdbuf"].find((path) => existsSync(path));
/** What a tool reads or writes at once. By itself that is 4 KiB, and both sides wake for each. */
const TOOL_BUFFER = "256K";

export interface ToolCommand {
  /** Absolute path of the program; it is run without a shell. */
  readonly file: string;
  readonly args: readonly string[];
  /** All the environment it gets besides PATH and a UTF-8 locale. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly cwd?: string;
  /** "blocks": see `RunningTool.blocks`; "lines": kept like stderr in `RunningTool.output`. */
  readonly stdout: "blocks" | "lines" | "ignore";
  readonly stdin?: "pipe" | "ignore";
  readonly pool?: BlockPool;
  /** Taken out of every captured line. */
  readonly secrets?: readonly string[];
  readonly onLine?: (line: string) => void;
  /** Each clean line of standard output as it comes, where that is "lines". */
  readonly onOutput?: (line: string) => void;
}

/** What is most often behind it: the kernel takes the largest process when memory runs out. */
const KILLED = "Where nobody did that, the machine ran out of memory.";

/** A tool that ended badly: by an exit code, by a signal, or because its output could not be read. */
export class ToolError extends Error {
  readonly tool: string;
  readonly exitCode: number | null;
  readonly exitSignal: string | null;
  /** The tool's own last words, cleaned. */
  readonly stderr: readonly string[];

  constructor(tool: string, how: { code: number | null; signal: string | null; stderr: readonly string[] }) {
    super(`${tool} ${how.signal ? `was ended by ${how.signal}` : `exited with code ${how.code}`}`);
    this.name = "ToolError";
    this.tool = tool;
    this.exitCode = how.code;
    this.exitSignal = how.signal;
    this.stderr = how.stderr;
  }

  /** How it ended and its own words on why, at most three lines: those that are `telling`, where any is. */
  because(telling: RegExp, said = this.stderr): string {
    const told = said.filter((line) => telling.test(line));
    const lines = (told.length > 0 ? told : said).slice(0, 3);
    if (lines.length > 0) return `${this.message}: ${lines.join(" · ").replace(/\.$/, "")}.`;
    return this.exitSignal === "SIGKILL" ? `${this.message}. ${KILLED}` : `${this.message}.`;
  }
}

export interface RunningTool {
  readonly pid: number;
  readonly blocks: AsyncIterable<Buffer>;
  readonly release: (block: Uint8Array) => void;
  /** Bytes of standard output that arrived so far. */
  readonly received: () => number;
  readonly stderr: readonly string[];
  readonly output: readonly string[];
  /** Exit 0, no signal, and the output's end, all three; rejects with ToolError or the abort's reason. */
  readonly finished: Promise<void>;
  /** Writes all of `bytes` to stdin and closes it. A tool that stopped reading ends it without an error. */
  feed(bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** Ends the whole process group: SIGTERM, then SIGKILL. */
  kill(): void;
}

/** PATH and locale that every tool gets: predictable, nothing of the worker's own. */
function baseEnvironment(): Record<string, string> {
  return { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", LC_ALL: "C.UTF-8" };
}

/**
 * Starts a tool in its own process group, without a shell. On Linux the kernel kills it when this process
 * dies, however that happens (setpriv --pdeathsig).
 */
export async function startTool(command: ToolCommand): Promise<RunningTool> {
  command.signal.throwIfAborted();
  const pool = command.pool ?? new BlockPool(4);
  const socket = command.stdout === "blocks" ? await openBlockSocket(pool) : null;
  const errors = new LineCollector(command.secrets, command.onLine);
  const output = new LineCollector(command.secrets, command.onOutput);
  const child = spawnChild(command, socket);
  child.stderr?.on("data", (chunk: Buffer) => errors.push(chunk));
  child.stdout?.on("data", (chunk: Buffer) => output.push(chunk));
  const kill = () => endGroup(child);
  command.signal.addEventListener("abort", kill, { once: true });
  if (command.signal.aborted) kill();
  const finished = untilFinished(command, child, socket, errors).finally(() => {
    output.end();
    command.signal.removeEventListener("abort", kill);
  });
  finished.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    blocks: socket?.blocks ?? nothing(),
    release: (block) => pool.release(block),
    received: () => socket?.received() ?? 0,
    stderr: errors.lines,
    output: output.lines,
    finished,
    feed: (bytes) => feed(child, bytes),
    kill,
  };
}

async function* nothing(): AsyncGenerator<Buffer> {}

function spawnChild(command: ToolCommand, socket: BlockSocket | null): ChildProcess {
  const [file, ...args] = [...DIES_WITH_US, ...buffering(command), command.file, ...command.args];
  const stdout = socket?.childEnd ?? (command.stdout === "lines" ? "pipe" : "ignore");
  const stdio: StdioOptions = [command.stdin ?? "ignore", stdout, "pipe"];
  try {
    return spawn(file ?? command.file, args, {
      stdio,
      env: { ...baseEnvironment(), ...command.env } as NodeJS.ProcessEnv,
      detached: true,
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    });
  } catch (error) {
    socket?.destroy(error);
    throw error;
  } finally {
    // Our copy of the child's end must go, or the output would never end.
    socket?.childEnd.destroy();
  }
}

/** Through stdbuf (coreutils), where it is there and the tool's data passes through us. */
function buffering({ stdin, stdout }: ToolCommand): string[] {
  const options = [
    ...(stdin === "pipe" ? [`--input=${TOOL_BUFFER}`] : []),
    ...(stdout === "blocks" ? [`--output=${TOOL_BUFFER}`] : []),
  ];
  return STDBUF === undefined || options.length === 0 ? [] : [STDBUF, ...options];
}

async function untilFinished(
  command: ToolCommand,
  child: ChildProcess,
  socket: BlockSocket | null,
  errors: LineCollector,
): Promise<void> {
  try {
    const closed = once(child, "close");
    closed.catch(() => undefined);
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    // What the tool started may hold its output open: it goes too.
    signalGroup(child, "SIGKILL");
    await closed;
    errors.end();
    command.signal.throwIfAborted();
    if (code !== 0 || signal !== null) {
      throw new ToolError(basename(command.file), { code, signal, stderr: errors.lines });
    }
    await socket?.ended;
  } catch (error) {
    socket?.destroy(error);
    throw error;
  }
}

/** A group that is gone already is no error. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: nothing left to signal.
  }
}

function endGroup(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  signalGroup(child, "SIGTERM");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), GRACE_MS);
  child.once("close", () => clearTimeout(timer));
}

async function feed(child: ChildProcess, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const stdin = child.stdin;
  if (stdin === null) throw new Error("This tool was started without standard input.");
  let closed = false;
  // EPIPE and its like only say that the tool is gone; its exit tells why.
  stdin.on("error", () => {
    closed = true;
  });
  try {
    for await (const chunk of bytes) {
      if (closed || stdin.destroyed) return;
      await new Promise<void>((resolve) => stdin.write(chunk, () => resolve()));
    }
    stdin.end();
  } catch (error) {
    // The input broke, not the tool: it must not take what came so far for the whole.
    signalGroup(child, "SIGKILL");
    throw error;
  }
}
