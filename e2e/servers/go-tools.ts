import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { access, constants, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

interface Named {
  /** What the program is called on PATH, and in the cache. */
  readonly name: string;
  /** What a person without Go installs instead; said in the skip, thrown in CI. */
  readonly install?: string;
}

/** A program of a published module, as `go install module@version` builds it. */
export interface ModuleTool extends Named {
  readonly module: string;
  readonly version: string;
}

/** A program built in a directory that holds go.mod and go.sum; its version is what lies there. */
export interface DirectoryTool extends Named {
  readonly directory: string;
  /** The package to build: "." by default, or one that the directory's go.mod requires. */
  readonly package?: string;
}

export type GoTool = ModuleTool | DirectoryTool;

/** Outside the tree, so that a clean clone need not build for minutes again. */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "dataguardian", "bin");
const BUILD_ENVIRONMENT = { CGO_ENABLED: "0", GOFLAGS: "-trimpath -buildvcs=false" };

/** What to do when a tool is missing. */
export function missingTool(tool: GoTool): string {
  return `${tool.name} is missing: ${tool.install ?? `install Go (https://go.dev/dl), which builds it, or put ${tool.name} on PATH`}`;
}

/**
 * The absolute path of a program, built once per version where Go is installed, else found on PATH. Null
 * where there is neither; in CI that is an error. Several processes may ask at once: one builds.
 */
export async function ensureGoTool(tool: GoTool): Promise<string | null> {
  const built = join(CACHE, `${tool.name}-${await versionOf(tool)}`);
  if (await isProgram(built)) return built;
  const go = (await onPath("go")) ?? (await onPath("go", "/usr/local/go/bin"));
  if (go === null) {
    const installed = await onPath(tool.name);
    if (installed === null && process.env.CI === "true") throw new Error(missingTool(tool));
    return installed;
  }
  await mkdir(CACHE, { recursive: true });
  const unlock = await lock(`${built}.lock`);
  try {
    if (!(await isProgram(built))) await build(go, tool, built);
  } finally {
    await unlock();
  }
  return built;
}

async function versionOf(tool: GoTool): Promise<string> {
  if ("version" in tool) return tool.version;
  const hash = createHash("sha256").update(tool.package ?? ".");
  for (const file of (await readdir(tool.directory, { recursive: true })).sort()) {
    if (/(^|\/)(go\.mod|go\.sum|[^/]+\.go)$/.test(file)) {
      hash.update(`\0${file}\0`).update(await readFile(join(tool.directory, file)));
    }
  }
  return hash.digest("hex").slice(0, 12);
}

/** Builds beside the final place, so that an interrupted build leaves nothing that looks finished. */
async function build(go: string, tool: GoTool, target: string): Promise<void> {
  const work = await mkdtemp(join(CACHE, ".building-"));
  try {
    if ("module" in tool) {
      await run(go, ["install", `${tool.module}@${tool.version}`], work, { GOBIN: work });
      const [program] = await readdir(work);
      if (program === undefined) throw new Error(`go install ${tool.module} left no program.`);
      await rename(join(work, program), target);
    } else {
      await run(go, ["build", "-o", join(work, tool.name), tool.package ?? "."], tool.directory, {});
      await rename(join(work, tool.name), target);
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function run(
  go: string,
  args: string[],
  cwd: string,
  environment: Record<string, string>,
): Promise<void> {
  const env = { ...process.env, ...BUILD_ENVIRONMENT, ...environment };
  const child = spawn(go, args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-4000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${basename(go)} ${args.join(" ")} ended with ${code}:\n${words}`);
}

/** Waits until nobody else holds the lock file, takes it, and answers what gives it back. */
async function lock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const handle = await open(file, "wx");
      await handle.writeFile(`${process.pid}`);
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = Number(await readFile(file, "utf8").catch(() => ""));
    // Empty means: just taken, its holder has not signed yet.
    if (holder > 0 && !isAlive(holder)) await rm(file, { force: true });
    else await sleep(200);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function onPath(name: string, path = process.env.PATH ?? ""): Promise<string | null> {
  for (const directory of path.split(delimiter).filter((entry) => entry !== "")) {
    if (await isProgram(join(directory, name))) return join(directory, name);
  }
  return null;
}

function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
