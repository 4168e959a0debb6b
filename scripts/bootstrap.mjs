/**
 * First step of a fresh machine: plain JavaScript for whatever Node stands there, without any package. It
 * installs what the lock file names, unless it is there, and hands over to the project's own Node.
 * Usage: node scripts/bootstrap.mjs <script.ts> [arguments]
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const bin = join(root, "node_modules", ".bin");
const node = join(bin, "node");

function readLock(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
  } catch {
    return null;
  }
}

/** npm writes the hidden lock file last, so an interrupted installation does not look like a whole one. */
function isInstalled() {
  const wanted = readLock("package-lock.json");
  const present = readLock("node_modules/.package-lock.json");
  if (!wanted || !present || !existsSync(node)) return false;
  for (const [path, item] of Object.entries(wanted)) {
    if (path === "") continue;
    const found = present[path];
    if (found ? found.version !== item.version : !item.optional) return false;
  }
  return spawnSync(node, ["--version"]).status === 0;
}

if (!isInstalled()) {
  process.stdout.write("Installing packages (npm ci) …\n");
  const installed = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
  });
  if (installed.status !== 0) process.exit(installed.status ?? 1);
}

const child = spawn(node, process.argv.slice(2), {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, npm_config_loglevel: "error" },
});
// The child decides how to end; this process only waits for it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  process.stderr.write(`Cannot start ${node}: ${error.message}\n`);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
