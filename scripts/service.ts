import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A child that runs for as long as the product does. */
export interface ServiceOptions {
  readonly name: string;
  readonly command: string[];
  readonly environment: Record<string, string | undefined>;
  /** How long it may take to end by itself. */
  readonly graceMs: number;
  /** After so many quick deaths in a row it is given up; absent: never. */
  readonly attempts?: number;
  say(line: string): void;
}

const LONGEST_PAUSE_MS = 30_000;
const HEALTHY_AFTER_MS = 60_000;

/** Keeps one child process alive, with a growing pause between attempts, until it is stopped. */
export class Service {
  readonly #options: ServiceOptions;
  #child: ChildProcess | null = null;
  readonly #stopping = new AbortController();
  readonly #finished: Promise<void>;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#finished = this.#keepAlive();
  }

  /** Resolves after `stop()`; rejects when the child was given up. */
  get finished(): Promise<void> {
    return this.#finished;
  }

  /** Asks the child to end, waits for its grace, then ends its whole process group. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const child = this.#child;
    if (child?.pid !== undefined && isRunning(child)) {
      child.kill("SIGTERM");
      const timer = setTimeout(() => killGroup(child), this.#options.graceMs);
      await this.#finished.catch(() => undefined);
      clearTimeout(timer);
    }
    await this.#finished.catch(() => undefined);
    if (child) killGroup(child);
  }

  async #keepAlive(): Promise<void> {
    const { name, attempts = Number.POSITIVE_INFINITY, say } = this.#options;
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const began = Date.now();
      const how = await this.#runOnce();
      if (signal.aborted) return;
      failures = Date.now() - began > HEALTHY_AFTER_MS ? 1 : failures + 1;
      if (failures >= attempts) throw new Error(`The ${name} keeps ending (${how}).`);
      const pause = Math.min(500 * 2 ** (failures - 1), LONGEST_PAUSE_MS);
      say(`The ${name} ended (${how}); starting it again in ${pause / 1000} s.`);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  #runOnce(): Promise<string> {
    const [file = "", ...args] = tied(this.#options.command);
    const child = spawn(file, args, {
      // A group of its own: Ctrl-C reaches only the parent, which ends its children in order.
      detached: true,
      stdio: ["ignore", "inherit", "inherit"],
      env: this.#options.environment as NodeJS.ProcessEnv,
    });
    this.#child = child;
    return new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => {
        // What it started must not live on beside its successor.
        killGroup(child);
        resolve(signal ? `signal ${signal}` : `code ${code}`);
      });
    });
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nothing of the group is left.
  }
}

const SETPRIV = "/usr/bin/setpriv";

/** On Linux the kernel tells the child when its parent was killed, so that nothing is left running. */
function tied(command: string[]): string[] {
  try {
    accessSync(SETPRIV, constants.X_OK);
    return [SETPRIV, "--pdeathsig", "TERM", "--", ...command];
  } catch {
    return command;
  }
}
