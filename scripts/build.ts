/** `npm run build`: the generated database client and the production build. `… generate`: only the client. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const GENERATED = "lib/db/generated";

/** Generates the Prisma client unless that was done from this very schema. */
export async function generate(): Promise<void> {
  const inputs = ["prisma/schema", "prisma.config.ts", "package-lock.json"];
  await unlessUnchanged(`${GENERATED}/.stamp`, `${GENERATED}/client.ts`, inputs, async () => {
    // Generating needs no engine; naming one keeps the command line tool from fetching it.
    await run("prisma", ["generate"], {
      PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true",
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
    });
  });
}

/** Builds the web application unless it was built from these very sources. Answers whether it built. */
export async function build(): Promise<boolean> {
  await generate();
  const inputs = [
    ...["app", "components", "lib", "messages", "public", "i18n", "styles"],
    ...["package.json", "package-lock.json", "tsconfig.json", "postcss.config.mjs", "tailwind.config.ts"],
    ...["next.config.ts", "next.config.mjs", "proxy.ts", "instrumentation-client.ts"],
  ];
  return unlessUnchanged(".next/.stamp", ".next/BUILD_ID", inputs, async () => {
    await run("next", ["build"], { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" });
  });
}

async function unlessUnchanged(
  stamp: string,
  product: string,
  inputs: string[],
  work: () => Promise<void>,
): Promise<boolean> {
  const [now, before, made] = await Promise.all([hashOf(inputs), read(stamp), read(product)]);
  if (before?.toString() === now && made !== null) return false;
  await work();
  await mkdir(dirname(join(ROOT, stamp)), { recursive: true });
  await writeFile(join(ROOT, stamp), now);
  return true;
}

/** A digest over names and contents, so that a checkout and a download of the same sources agree. */
async function hashOf(inputs: string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const input of inputs) {
    for (const file of await filesBelow(input)) {
      hash.update(`${file}\0`).update((await read(file)) ?? "");
    }
  }
  return hash.digest("hex");
}

/** Files in a folder, or the one file that the path is; none where there is neither. */
async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, path), { withFileTypes: true, recursive: true }).catch(() => null);
  if (!entries) return (await read(path)) === null ? [] : [path];
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files
    .map((file) => file.slice(ROOT.length + 1))
    .filter((file) => !file.endsWith(".stamp") && !/\.test\.tsx?$/.test(file))
    .toSorted();
}

/** Null where there is no such file. */
async function read(path: string): Promise<Buffer | null> {
  return readFile(join(ROOT, path)).catch(() => null);
}

async function run(tool: string, args: string[], extra: Record<string, string>): Promise<void> {
  const child = spawn(join(ROOT, "node_modules/.bin", tool), args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...extra },
  });
  let words = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      words += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${tool} ${args.join(" ")} failed:\n${words}`);
}

if (import.meta.main) {
  try {
    if (process.argv[2] === "generate") await generate();
    else process.stdout.write((await build()) ? "Built.\n" : "The build is up to date.\n");
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
