/**
 * `node scripts/complete-lock.ts`, after a change of dependencies: names in package-lock.json the optional
 * packages of other platforms that the registry in use did not offer. npm leaves such packages out when it
 * writes the file, and `npm ci` then refuses it everywhere. They are never fetched where they do not fit.
 * And it notes which packages bring their addon built: npm leaves that out too, and then needs a compiler.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

interface Entry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  gypfile?: false;
  optionalDependencies?: Record<string, string>;
}

const SYSTEMS = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const PROCESSORS = [
  "arm64",
  "arm",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "wasm32",
  "x64",
];

/** What a platform package says of itself in its name, for example `@swc/core-linux-arm64-musl`. */
export function platformOf(name: string): Pick<Entry, "os" | "cpu" | "libc"> | null {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (!cpu || (!os && cpu !== "wasm32")) return null;
  const libc = words.some((word) => word.startsWith("musl"))
    ? ["musl"]
    : words.some((word) => word.startsWith("gnu"))
      ? ["glibc"]
      : undefined;
  return { cpu: [cpu], ...(libc && { libc }), ...(os && { os: [os] }) };
}

/** Adds the absent entries to `packages` in place; answers their names. */
export function complete(packages: Record<string, Entry>): string[] {
  const added: string[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (packages[`${path}/node_modules/${name}`] ?? packages[`node_modules/${name}`]) continue;
      const platform = platformOf(name);
      if (!platform || !/^\d/.test(version)) continue;
      packages[`node_modules/${name}`] = {
        version,
        ...(entry.dev && { dev: true }),
        optional: true,
        ...platform,
      };
      added.push(`${name}@${version}`);
    }
  }
  return added;
}

/** Marks in place the installed packages under `root` that say `gypfile: false`; answers those that were not. */
export async function markPrebuilt(packages: Record<string, Entry>, root: string): Promise<string[]> {
  const marked: string[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (path === "" || entry.gypfile === false) continue;
    const text = await readFile(join(root, path, "package.json"), "utf8").catch(() => "{}");
    if ((JSON.parse(text) as Entry).gypfile !== false) continue;
    entry.gypfile = false;
    marked.push(path);
  }
  return marked;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const file = join(root, "package-lock.json");
  const lock = JSON.parse(await readFile(file, "utf8")) as { packages: Record<string, Entry> };
  const added = [...complete(lock.packages), ...(await markPrebuilt(lock.packages, root))];
  const [project, ...rest] = Object.entries(lock.packages);
  const sorted = rest.toSorted(([a], [b]) => a.localeCompare(b, "en"));
  lock.packages = Object.fromEntries(project ? [project, ...sorted] : sorted);
  if (added.length > 0) await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(added.length === 0 ? "Complete.\n" : `Added ${added.join(", ")}.\n`);
}
