import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Header, pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, engineContract, inPieces, testIo, WHOLE_DUMP } from "#lib/engines/contract";
import { files } from "#lib/engines/files";
import { leadsOut } from "#lib/engines/files/entry-path";
import type { DumpOptions, Engine, EnginePlaces } from "#lib/engines/types";

const scratch = mkdtempSync(join(tmpdir(), "dg-files-"));
const engine: Engine = files;
const at = (name: string) => join(scratch, name);
const config = (name: string, include: string[] = [], exclude: string[] = []) => ({
  source_path: at(name),
  include_patterns: include,
  exclude_patterns: exclude,
});
const RESTORE = { dropExisting: false, tables: [], parallelJobs: 1, extension: ".tar", sourceName: null };
const isRoot = process.getuid?.() === 0;

function write(path: string, body: string | Buffer = path): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, body);
}

/** A tree with every kind of thing that a restore gives back. */
function makeTree(root: string): void {
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

/** All that a tree holds, seen by other eyes than the engine's. */
function look(root: string, path = ""): unknown[] {
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

async function dumped(of: object, options: Partial<DumpOptions> = {}, places: Partial<EnginePlaces> = {}) {
  const test = testIo();
  try {
    const io = { ...test.io, places: { ...test.io.places, ...places } };
    return await collect(await engine.dump(of, { ...WHOLE_DUMP, ...options }, io));
  } finally {
    expect(test.left()).toEqual([]);
    test.dispose();
  }
}

async function restored(
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

const namesIn = (bytes: Buffer) =>
  execFileSync("tar", ["-tf", "-", "--quoting-style=literal"], { input: bytes, encoding: "utf8" })
    .trim()
    .split("\n");

beforeAll(() => makeTree(at("source")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

engineContract(
  "files",
  async () => ({
    engine,
    source: config("source"),
    target: config("target"),
    login: null,
    large: config("source"),
    contents: async (of) => look((of as { source_path: string }).source_path),
    tool: null,
    dispose: async () => undefined,
  }),
  { login: false, tool: false },
);

describe("backups of files", () => {
  it("are read alike by tar", async () => {
    const { bytes } = await dumped(config("source"));
    mkdirSync(at("by tar"));
    execFileSync("tar", ["-xpf", "-", "--numeric-owner", "-C", at("by tar")], { input: bytes });
    expect(look(at("by tar"))).toEqual(look(at("source")));
    expect(lstatSync(at("by tar")).mode).toBe(lstatSync(at("source")).mode);
  });

  it("hold what fits the patterns, and folders on the way to it", async () => {
    write(at("patterns/a/keep.txt"));
    write(at("patterns/a/skip.log"));
    write(at("patterns/b/skip.txt"));
    write(at("patterns/cache/keep.txt"));
    mkdirSync(at("patterns/empty"));
    const names = async (include: string[], exclude: string[]) =>
      namesIn((await dumped(config("patterns", include, exclude))).bytes);
    expect(await names(["a", "**/keep.txt"], ["*.log", "cache"])).toEqual(["./", "a/", "a/keep.txt"]);
    expect(await names([], ["b/**", "cache"])).toEqual(["./", "a/", "a/keep.txt", "a/skip.log", "empty/"]);
    const { bytes, facts } = await dumped(config("patterns", ["keep.txt"]));
    await restored(bytes, "patterns back");
    const test = testIo();
    expect(await files.verification?.inventory(config("patterns back"), test.io)).toEqual(facts.inventory);
    test.dispose();
    await expect(dumped(config("patterns", ["nothing"]))).rejects.toMatchObject({
      code: "DUMP_FAILED",
      message: expect.stringMatching(/holds nothing/),
    });
  });

  it("leave out sockets, pipes and set-user-id bits, and say so", async () => {
    write(at("odd/run"));
    chmodSync(at("odd/run"), 0o4755);
    symlinkSync("/etc/hostname", at("odd/out"));
    execFileSync("mkfifo", [at("odd/pipe")]);
    const server = createServer().listen(at("odd/socket"));
    await once(server, "listening");
    const { bytes, facts } = await dumped(config("odd"));
    server.close();
    for (const said of [
      /"pipe" is left out/,
      /"socket" is left out/,
      /"run" has the set-user/,
      /"out" links/,
    ]) {
      expect(facts.engineOutput.join("\n")).toMatch(said);
    }
    expect(namesIn(bytes)).toEqual(["./", "out", "run"]);
    const { engineOutput } = await restored(bytes, "odd back");
    expect(engineOutput.join("\n")).toMatch(/"out" is left out/);
    expect(readdirSync(at("odd back"))).toEqual(["run"]);
  });

  it("refuse names that no archive can say, or list them", async () => {
    const bad = Buffer.concat([Buffer.from(`${at("bytes")}/caf`), Buffer.from([0xe9])]);
    write(at("bytes/good"));
    writeFileSync(bad, "latin");
    await expect(dumped(config("bytes"))).rejects.toThrow(/caf\\\\xe9.*not UTF-8/);
    const { bytes, facts } = await dumped(config("bytes"), { onUnreadable: "warn" });
    expect(facts.engineOutput.join("\n")).toMatch(/caf\\\\xe9.*not UTF-8/);
    expect(namesIn(bytes)).toEqual(["./", "good"]);
  });

  it("fail at what cannot be read, or list it", async () => {
    write(at("closed/good"));
    write(at("closed/secret"));
    mkdirSync(at("closed/shut"));
    chmodSync(at("closed/secret"), 0);
    chmodSync(at("closed/shut"), 0);
    const script = `
      const { files } = await import("${process.cwd()}/lib/engines/files.ts");
      const io = { signal: AbortSignal.timeout(30000), tempDirectory: "/tmp", log: () => {}, places: { allowedRoots: ["/tmp"], ownPaths: [] } };
      for (const onUnreadable of ["fail", "warn"]) {
        try {
          const dump = await files.dump(${JSON.stringify(config("closed"))}, { includeTables: [], excludeTables: [], parallelJobs: 1, onUnreadable }, io);
          (async () => { for await (const block of dump.blocks) dump.release(block); })().catch(() => {});
          const facts = await dump.finished;
          console.log(JSON.stringify([facts.inventory.tables, facts.engineOutput]));
        } catch (error) { console.log(error.code, error.message); }
      }`;
    chmodSync(scratch, 0o755);
    const other = isRoot ? { uid: 65_534, gid: 65_534 } : {};
    const args = ["--input-type=module", "-e", script];
    const child = spawn(process.execPath, args, { ...other, cwd: process.cwd() });
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
    });
    await once(child, "close");
    const [failed, warned = "[]"] = said.trim().split("\n");
    expect(failed).toMatch(/^DUMP_FAILED "secret" cannot be backed up: EACCES: permission denied\. Make it/);
    const [tables, warnings] = JSON.parse(warned);
    expect(tables).toMatchObject({ files: 1 });
    expect(warnings).toHaveLength(2);
  });

  /** Runs `change` while the thread stands in the middle of the first file: all its blocks are held. */
  async function whileReading(name: string, change: () => void) {
    const test = testIo();
    const dump = await engine.dump(config(name), WHOLE_DUMP, test.io);
    const parts: Buffer[] = [];
    for await (const block of dump.blocks) {
      if (parts.length === 0) change();
      parts.push(Buffer.from(block));
      dump.release(block);
    }
    const facts = await dump.finished;
    test.dispose();
    return { bytes: Buffer.concat(parts), facts };
  }

  it("stay whole when files shrink, grow and vanish under them", async () => {
    for (const name of ["shrinks", "grows", "vanishes"])
      write(at(`${name}/a`), Buffer.alloc(40_000_000, "x"));
    write(at("vanishes/b"));
    write(at("vanishes/c/d"));
    const shrank = await whileReading("shrinks", () => truncateSync(at("shrinks/a"), 25_000_000));
    expect(shrank.facts.engineOutput).toEqual([expect.stringMatching(/"a" shrank/)]);
    const grew = await whileReading("grows", () => appendFileSync(at("grows/a"), "more"));
    expect(grew.facts.engineOutput).toEqual([expect.stringMatching(/"a" grew/)]);
    const vanished = await whileReading("vanishes", () => {
      rmSync(at("vanishes/b"));
      rmSync(at("vanishes/c"), { recursive: true });
    });
    expect(vanished.facts.engineOutput).toEqual([
      expect.stringMatching(/"b" vanished/),
      expect.stringMatching(/"c" vanished/),
    ]);
    const test = testIo();
    for (const { bytes, facts } of [shrank, grew, vanished]) {
      await restored(bytes, "changed back", { dropExisting: true });
      expect(lstatSync(at("changed back/a")).size).toBe(40_000_000);
      expect(await files.verification?.inventory(config("changed back"), test.io)).toEqual(facts.inventory);
    }
    test.dispose();
    for (const name of ["shrinks", "grows", "vanishes", "changed back"])
      rmSync(at(name), { recursive: true });
  });

  it("end when they are cancelled", async () => {
    const abort = new AbortController();
    const test = testIo(abort.signal);
    const dump = await engine.dump(config("source"), WHOLE_DUMP, test.io);
    abort.abort(new Error("cancelled by a person"));
    await expect(collect(dump)).rejects.toThrow("cancelled by a person");
    test.dispose();
  });

  it("take twenty thousand small files, and one file for itself", async () => {
    for (let folder = 0; folder < 20; folder += 1) {
      mkdirSync(at(`small/${folder}`), { recursive: true });
      for (let file = 0; file < 1000; file += 1) writeFileSync(at(`small/${folder}/${file}`), `${file}`);
    }
    const { bytes, facts } = await dumped(config("small"));
    expect(facts).toMatchObject({ filesCount: 20_000, inventory: { tables: { directories: 20 } } });
    await restored(bytes, "small back");
    const test = testIo();
    expect(await files.verification?.inventory(config("small back"), test.io)).toEqual(facts.inventory);

    const single = await dumped(config("source/plain.txt"));
    expect(namesIn(single.bytes)).toEqual(["plain.txt"]);
    await restored(single.bytes, "single.txt");
    expect(readFileSync(at("single.txt"), "utf8")).toBe("hello");
    write(at("single.txt"), "changed");
    await expect(restored(single.bytes, "single.txt")).rejects.toThrow(/is there already.*not touched/s);
    await restored(single.bytes, "single.txt", { dropExisting: true });
    expect(await files.verification?.inventory(config("single.txt"), test.io)).toEqual(
      single.facts.inventory,
    );
    test.dispose();
  });

  it("never hold our own files, nor begin in them or outside the allowed folders", async () => {
    write(at("roots/data/own/secret"));
    write(at("roots/data/mine"));
    write(at("roots/data2/other"));
    symlinkSync(at("roots/data/own"), at("roots/alias"));
    symlinkSync(at("roots/data2"), at("roots/data/link"));
    const places = { allowedRoots: [at("roots/data")], ownPaths: [at("roots/alias")] };
    const { bytes, facts } = await dumped(config("roots/data"), {}, places);
    expect(namesIn(bytes)).toEqual(["./", "link", "mine"]);
    expect(facts.engineOutput.join("\n")).toMatch(/"own" is left out/);
    for (const [name, said] of [
      ["roots/data/own", /keeps its own data/],
      ["roots/data/own/deeper", /keeps its own data/],
      ["roots/data2", /outside the folders/],
      ["roots/data/link", /outside the folders/],
      ["roots", /outside the folders/],
    ] as const) {
      await expect(dumped(config(name), {}, places)).rejects.toThrow(said);
      await expect(restored(bytes, name, {}, places)).rejects.toThrow(said);
    }
    const into = restored(bytes, "roots/data", { dropExisting: true }, places);
    await expect(into).rejects.toThrow(/holds .*own data.*not touched/s);
    expect(existsSync(at("roots/data/own/secret"))).toBe(true);
  });

  it.each(["relative", "/a/../b", "/", "/a\nb", ""])("refuse the path %j", (path) =>
    expect(files.config.safeParse({ source_path: path }).success).toBe(false),
  );

  it("refuse a source that is missing, empty or no directory", async () => {
    mkdirSync(at("hollow"));
    await expect(dumped(config("nowhere"))).rejects.toThrow(/is not there/);
    await expect(dumped(config("hollow"))).rejects.toThrow(/holds nothing.*mounted/s);
    const test = testIo();
    await expect(engine.probe(config("odd/pipe"), test.io)).rejects.toThrow(/neither a directory nor a file/);
    expect(await engine.probe(config("source"), test.io)).toMatchObject({
      details: { entries_approximate: expect.any(Number) },
    });
    test.dispose();
  });
});

describe("archives that mean harm", () => {
  async function archive(...entries: (Partial<Header> & { body?: string })[]): Promise<Buffer> {
    const stream = pack();
    for (const { body, ...header } of [{ name: "good", body: "good" }, ...entries]) {
      if (body === undefined) stream.entry(header as Header).end(Buffer.alloc(0));
      else stream.entry(header as Header, body);
    }
    stream.finalize();
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return Buffer.concat(parts);
  }

  it.each<[string, (Partial<Header> & { body?: string })[], RegExp]>([
    ["an absolute name", [{ name: "/tmp/dg-evil", body: "x" }], /leads out/],
    ["a name that climbs", [{ name: "a/../../dg-evil", body: "x" }], /leads out/],
    [
      "a file behind a link",
      [
        { name: "door", type: "symlink", linkname: "/tmp" },
        { name: "door/dg-evil", body: "x" },
      ],
      /./,
    ],
    [
      "a file in the place of a link",
      [
        { name: "door", type: "symlink", linkname: "good" },
        { name: "door", body: "x" },
      ],
      /in it twice/,
    ],
    ["a hard link to elsewhere", [{ name: "h", type: "link", linkname: "/etc/passwd" }], /leads out/],
    ["a hard link that climbs", [{ name: "h", type: "link", linkname: "../kept" }], /leads out/],
    ["a device", [{ name: "d", type: "character-device", devmajor: 1, devminor: 5 }], /character-device/],
    ["a pipe", [{ name: "p", type: "fifo" }], /fifo/],
    ["a set-user-id bit", [{ name: "s", mode: 0o4755, body: "x" }], /set-user-id/],
    [
      "a set-group-id bit on a folder",
      [{ name: "s", type: "directory", mode: 0o2755 }],
      /set-group-id|set-user/,
    ],
    ["the same file twice", [{ name: "./good", body: "again" }], /in it twice/],
  ])("are refused: %s", async (_what, entries, said) => {
    write(at("harm/kept"), "kept");
    const bytes = await archive(...entries);
    if (said.source === ".") {
      // The link is left out, and the file lands in a folder of that name.
      await restored(bytes, "behind", { dropExisting: true });
      expect(readFileSync(at("behind/door/dg-evil"), "utf8")).toBe("x");
    } else {
      const attempt = restored(bytes, "harm", { dropExisting: true });
      await expect(attempt).rejects.toMatchObject({ code: "RESTORE_FAILED" });
      await expect(attempt).rejects.toThrow(said);
      await expect(attempt).rejects.toThrow(/target was not touched/);
      expect(readdirSync(at("harm"))).toEqual(["kept"]);
    }
    expect(existsSync(join(tmpdir(), "dg-evil"))).toBe(false);
  });

  it("are refused: one that needs more space than there is", async () => {
    const bytes = await archive();
    // A header alone: its size, as a binary number (GNU tar), is more than any disk has.
    const huge = Buffer.from(bytes.subarray(0, 512));
    huge.writeUInt8(0x80, 124);
    huge.writeUIntBE(0x7fffffffffff, 130, 6);
    huge.write("        ", 148);
    const sum = huge.reduce((total, byte) => total + byte, 0);
    huge.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    await expect(restored(huge, "harm", { dropExisting: true })).rejects.toThrow(
      /Not enough space.*free.*needed.*not touched/s,
    );
    expect(readdirSync(at("harm"))).toEqual(["kept"]);
  });

  it("are refused: one that was cut off between its entries", async () => {
    const bytes = await archive({ name: "more", body: "x" });
    const cut = restored(bytes.subarray(0, 1024), "harm", { dropExisting: true });
    await expect(cut).rejects.toThrow(/cut off.*not touched/s);
  });
});

describe("targets", () => {
  it("that hold something are only replaced when that is wished, and all of it or nothing", async () => {
    const { bytes } = await dumped(config("patterns"));
    write(at("full/old"), "old");
    await expect(restored(bytes, "full")).rejects.toThrow(/is not empty.*not touched/s);
    await expect(restored(bytes, "full", { tables: ["a"] })).rejects.toMatchObject({
      code: "RESTORE_NOT_SUPPORTED",
    });
    const broken = restored(bytes.subarray(0, bytes.length - 700), "full", { dropExisting: true });
    await expect(broken).rejects.toThrow(/not touched/);
    expect(readdirSync(at("full"))).toEqual(["old"]);
    const { ino } = lstatSync(at("full"));
    await restored(bytes, "full", { dropExisting: true });
    expect(look(at("full"))).toEqual(look(at("patterns")));
    expect(lstatSync(at("full")).ino).toBe(ino);
    await restored(bytes, "new/deep/folder");
    expect(look(at("new/deep/folder"))).toEqual(look(at("patterns")));
    await expect(restored(bytes.subarray(0, 1500), "gone/deep")).rejects.toThrow(/not touched/);
    expect(existsSync(at("gone"))).toBe(false);
  });

  it("of a verification lie beside the source or, where that cannot be, in the private directory", async () => {
    const test = testIo();
    const { verification } = files;
    if (verification === undefined) throw new Error("no verification");
    const source = config("source", ["*"], ["x"]);
    const { bytes, facts } = await dumped(config("source"));
    const narrow = { ...test.io, places: { allowedRoots: [at("source")], ownPaths: [tmpdir()] } };
    for (const io of [test.io, narrow]) {
      const target = await verification.createTemporary(source, "dg_verify_x_1", io);
      const parent = io === narrow ? io.tempDirectory : scratch;
      expect(target).toEqual({
        source_path: join(parent, "dg_verify_x_1"),
        include_patterns: [],
        exclude_patterns: [],
      });
      await files.restore(target, inPieces(bytes), RESTORE, io);
      expect(await verification.inventory(target, io)).toEqual(facts.inventory);
      write(join(target.source_path, "empty.file"), "HELLO");
      const differs = await verification.inventory(target, io);
      expect(differs.facts?.["sha256 of empty.file"]).not.toBe(
        facts.inventory.facts?.["sha256 of empty.file"],
      );
      expect(differs.facts?.["sha256 of soft"]).toBe(facts.inventory.facts?.["sha256 of soft"]);
      await verification.dropTemporary(source, "dg_verify_x_1", io);
      expect(existsSync(target.source_path)).toBe(false);
    }
    const drop = verification.dropTemporary(source, "patterns", test.io);
    await expect(drop).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    test.dispose();
  });
});
