import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { collect, inPieces, testIo, WHOLE_DUMP } from "#lib/engines/contract";
import { files } from "#lib/engines/files";
import { leadsOut } from "#lib/engines/files/entry-path";
import type { DumpOptions, Engine, EnginePlaces } from "#lib/engines/types";

export const scratch = mkdtempSync(join(tmpdir(), "dg-files-"));
export const engine: Engine = files;
export const at = (name: string) => join(scratch, name);
export const config = (name: string, include: string[] = [], exclude: string[] = []) => ({
  source_path: at(name),
  include_patterns: include,
  exclude_patterns: exclude,
});
export const RESTORE = {
  dropExisting: false,
  tables: [],
  parallelJobs: 1,
  extension: ".tar",
  sourceName: null,
};
export const isRoot = process.getuid?.() === 0;

export function write(path: string, body: string | Buffer = path): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, body);
}

/** A tree with every kind of thing that a restore gives back. */
export function makeTree(root: string): void {
  write(join(root, "plain.txt"), "hello");
  write(join(root, "empty.file"), "");
  write(join(root, "big.bin"), Buffer.alloc(5_000_000, "0123456789"));
  write(join(root, "ünï 🗄/line\nbreak"), "odd");
  write(join(root, "-rf --no-preserve"), "dash");
  write(join(root, `${"l".repeat(250)}/${"n".repeat(250)}`), "long");
  write(join(root, "many", "levels", "of", "folders", "x"), "x");
  mkdirSync(join(root, "empty folder", "inner"), { recursive: true });
  linkSync(join(root, "plain.txt"), join(root, "hard link"));
  linkSync(join(root, "plain.txt"), join(root, "many", "hard"));
  symlinkSync("plain.txt", join(root, "soft"));
  symlinkSync("../../plain.txt", join(root, "many", "levels", "up"));
  symlinkSync("loop-b", join(root, "loop-a"));
  symlinkSync("loop-a", join(root, "loop-b"));
  symlinkSync(".", join(root, "many", "self"));
  chmodSync(join(root, "plain.txt"), 0o640);
  chmodSync(join(root, "empty folder"), 0o1777);
  chmodSync(join(root, "many", "levels"), 0o555);
  utimesSync(join(root, "plain.txt"), 1_500_000_000.123456, 1_500_000_000.123456);
  utimesSync(join(root, "big.bin"), -86_400, -86_400);
  lutimesSync(join(root, "soft"), 1_400_000_000, 1_400_000_000);
  if (isRoot) chownSync(join(root, "big.bin"), 1234, 3_000_000);
  utimesSync(join(root, "many"), 1_300_000_000, 1_300_000_000);
}

/** A tree for patterns to choose from. */
export function makePatterns(): void {
  write(at("patterns/a/keep.txt"));
  write(at("patterns/a/skip.log"));
  write(at("patterns/b/skip.txt"));
  write(at("patterns/cache/keep.txt"));
  mkdirSync(at("patterns/empty"));
}

/** All that a tree holds, seen by other eyes than the engine's. */
export function look(root: string, path = ""): unknown[] {
  const here = join(root, path);
  return readdirSync(here)
    .sort()
    .flatMap((name) => {
      const way = path === "" ? name : `${path}/${name}`;
      const stats = lstatSync(join(here, name));
      const common = [way, stats.mode.toString(8), stats.uid, stats.gid, Math.round(stats.mtimeMs * 100)];
      if (stats.isDirectory()) return [common, ...look(root, way)];
      if (stats.isSymbolicLink()) {
        const target = readlinkSync(join(here, name));
        return leadsOut(way, target) ? [] : [[...common, target]];
      }
      const sha256 = createHash("sha256")
        .update(readFileSync(join(here, name)))
        .digest("hex");
      return [[...common, stats.nlink, sha256]];
    });
}

export async function dumped(
  of: object,
  options: Partial<DumpOptions> = {},
  places: Partial<EnginePlaces> = {},
) {
  const test = testIo();
  try {
    const io = { ...test.io, places: { ...test.io.places, ...places } };
    return await collect(await engine.dump(of, { ...WHOLE_DUMP, ...options }, io));
  } finally {
    expect(test.left()).toEqual([]);
    test.dispose();
  }
}

export async function restored(
  bytes: Buffer,
  name: string,
  change: object = {},
  places: Partial<EnginePlaces> = {},
) {
  const test = testIo();
  try {
    const io = { ...test.io, places: { ...test.io.places, ...places } };
    return await engine.restore(config(name), inPieces(bytes), { ...RESTORE, ...change }, io);
  } finally {
    test.dispose();
  }
}

export const namesIn = (bytes: Buffer) =>
  execFileSync("tar", ["-tf", "-", "--quoting-style=literal"], { input: bytes, encoding: "utf8" })
    .trim()
    .split("\n");
