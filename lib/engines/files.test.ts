import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, engineContract, testIo, WHOLE_DUMP } from "#lib/engines/contract";
import { files } from "#lib/engines/files";
import {
  at,
  config,
  dumped,
  engine,
  isRoot,
  look,
  makePatterns,
  makeTree,
  namesIn,
  restored,
  scratch,
  write,
} from "#lib/engines/files/under-test";

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
    makePatterns();
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
