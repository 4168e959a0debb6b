import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandLines, toolsOf, untilRunning } from "#lib/engines/processes-under-test";
import type {
  Dump,
  DumpFacts,
  DumpOptions,
  Engine,
  EngineIo,
  Inventory,
  TemporaryNames,
} from "#lib/engines/types";
import { soleView } from "#lib/streams/frames";

/** A real source and an empty target of one engine, as the suite needs them. */
export interface EngineUnderTest {
  readonly engine: Engine;
  readonly source: object;
  /** Points to something empty that may be restored into. */
  readonly target: object;
  /** Null for a source that is a path, where nobody logs in. */
  readonly login: {
    readonly wrongPassword: object;
    /** The secret of `source`; unusual enough to be looked for. */
    readonly secret: string;
  } | null;
  /** A config over a source that is large enough to be interrupted while it is dumped. */
  readonly large: object;
  /** What lies there now; equal for equal contents. */
  readonly contents: (config: object) => Promise<unknown>;
  /** Null for an engine that reads its source itself. */
  readonly tool: {
    /** An engine whose dump tool writes all and then exits 3. */
    readonly exitsThree: Engine;
    /** An engine whose dump tool exits 0 after half of its output. */
    readonly truncates: Engine;
  } | null;
  readonly dispose: () => Promise<void>;
}

export const WHOLE_DUMP: DumpOptions = {
  includeTables: [],
  excludeTables: [],
  parallelJobs: 1,
  onUnreadable: "fail",
};

/** An io over a directory of its own; `left` tells what was not cleaned up. */
export function testIo(signal: AbortSignal = new AbortController().signal) {
  const tempDirectory = mkdtempSync(join(tmpdir(), "dg-engine-"));
  const lines: string[] = [];
  const io: EngineIo = {
    signal,
    tempDirectory,
    places: { allowedRoots: [tmpdir()], ownPaths: [] },
    log: (level, message) => lines.push(`${level} ${message}`),
  };
  return {
    io,
    lines,
    left: () => readdirSync(tempDirectory),
    dispose: () => rmSync(tempDirectory, { recursive: true, force: true }),
  };
}

/** A memory of temporary names that lasts as long as the test; `states` tells what became of each. */
export function testMemory() {
  const states = new Map<string, "recorded" | "dropped">();
  const temporary: TemporaryNames = {
    record: async (names) => names.forEach((name) => void states.set(name, "recorded")),
    dropped: async (name) => void states.set(name, "dropped"),
    forget: async (names) => names.forEach((name) => void states.delete(name)),
  };
  return { temporary, states };
}

/**
 * Reads a dump to its end, and does `meanwhile` after the first block came, before it reads on. Rejects as
 * `finished` does: `blocks` may break off with less to say, and before it.
 */
export async function collect(
  dump: Dump,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<{ bytes: Buffer; facts: DumpFacts }> {
  const parts: Buffer[] = [];
  const working = Promise.withResolvers<unknown>();
  const reading = (async () => {
    for await (const block of dump.blocks) {
      parts.push(Buffer.from(block));
      dump.release(block);
      if (parts.length === 1) working.resolve(meanwhile());
      await working.promise;
    }
  })();
  reading.catch(() => undefined);
  const facts = await Promise.race([dump.finished, working.promise.then(() => dump.finished)]);
  await reading;
  return { bytes: Buffer.concat(parts), facts };
}

/** The bytes as a restore gets them: in pieces with memory of their own, which it may free once it is done. */
export async function* inPieces(bytes: Buffer, size = 100_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    const piece = Buffer.allocUnsafeSlow(Math.min(size, bytes.length - at));
    bytes.copy(piece, 0, at);
    yield soleView(piece);
  }
}

/** Which parts of the suite apply; said before the set-up runs, so that nothing is skipped in silence. */
export interface EngineTraits {
  readonly login: boolean;
  readonly tool: boolean;
}

/**
 * The suite that every engine passes against a real server. `setup` runs once.
 */
export function engineContract(
  name: string,
  setup: () => Promise<EngineUnderTest>,
  traits: EngineTraits = { login: true, tool: true },
): void {
  describe(`engine contract: ${name}`, () => {
    let under: EngineUnderTest;
    beforeAll(async () => {
      under = await setup();
    });
    afterAll(() => under?.dispose());
    describe("working", () => working(() => under));
    describe("failing", () => failing(() => under));
    if (traits.login) describe("login", () => loggingIn(() => under));
    if (traits.tool) describe("tool", () => usingTool(() => under));
  });
}

function working(under: () => EngineUnderTest): void {
  it("probes", async () => {
    const test = testIo();
    const report = await under().engine.probe(under().source, test.io);
    expect(report.serverVersion).toMatch(/^\d/);
    expect(report.latencyMs).toBeGreaterThan(0);
    expect(test.left()).toEqual([]);
    test.dispose();
  });

  it("names its tools", async () => {
    for (const tool of await under().engine.tools()) expect(tool.install).not.toBe("");
  });

  it("restores what it dumped, equal, and leaves no file", async () => {
    const { engine, source, target, contents } = under();
    const test = testIo();
    const dump = await engine.dump(source, WHOLE_DUMP, test.io);
    const { bytes, facts } = await collect(dump);
    expect(dump.received()).toBe(bytes.length);
    expect(facts.tablesBackedUp).toBe(Object.keys(facts.inventory.tables).length);
    const options = {
      dropExisting: false,
      tables: [],
      parallelJobs: 1,
      extension: dump.extension,
      sourceName: engine.subject(source),
    };
    await engine.restore(target, inPieces(bytes), options, test.io);
    expect(await contents(target)).toEqual(await contents(source));
    // Once more over what is there now.
    await engine.restore(target, inPieces(bytes), { ...options, dropExisting: true }, test.io);
    expect(await contents(target)).toEqual(await contents(source));
    if (engine.verification) {
      const found: Inventory = await engine.verification.inventory(target, test.io);
      expect(found).toEqual(facts.inventory);
    }
    expect(test.left()).toEqual([]);
    test.dispose();
  });
}

function failing(under: () => EngineUnderTest): void {
  it("takes a broken input for a failed restore", async () => {
    const { engine, source, target } = under();
    const test = testIo();
    const dump = await engine.dump(source, WHOLE_DUMP, test.io);
    const { bytes } = await collect(dump);
    const options = {
      dropExisting: true,
      tables: [],
      parallelJobs: 1,
      extension: dump.extension,
      sourceName: engine.subject(source),
    };
    const cut = inPieces(bytes.subarray(0, bytes.length - 3000));
    await expect(engine.restore(target, cut, options, test.io)).rejects.toMatchObject({
      code: "RESTORE_FAILED",
    });
    expect(test.left()).toEqual([]);
    test.dispose();
  });
}

function loggingIn(under: () => EngineUnderTest): void {
  it("shows no secret in arguments, environment or log while it runs", async () => {
    const { engine, large, login } = under();
    if (login === null) throw new Error("no login");
    const { secret } = login;
    const test = testIo();
    const dump = await engine.dump(large, WHOLE_DUMP, test.io);
    let seen = 0;
    for await (const block of dump.blocks) {
      const tools = toolsOf(test.io);
      seen += tools.length;
      for (const tool of tools) expect(`${tool.line}${tool.environment}`).not.toContain(secret);
      for (const { line } of commandLines()) expect(line).not.toContain(secret);
      dump.release(block);
    }
    await dump.finished;
    expect(seen).toBeGreaterThan(0);
    expect(test.lines.join("\n")).not.toContain(secret);
    expect(test.left()).toEqual([]);
    test.dispose();
  });

  it("says that the password is wrong, without saying it", async () => {
    const { engine, login } = under();
    if (login === null) throw new Error("no login");
    const { wrongPassword } = login;
    const test = testIo();
    const refused = { code: "CONNECTION_FAILED", details: { reason: "auth_failed" } };
    await expect(engine.probe(wrongPassword, test.io)).rejects.toMatchObject(refused);
    await expect(engine.dump(wrongPassword, WHOLE_DUMP, test.io)).rejects.toMatchObject(refused);
    expect(test.left()).toEqual([]);
    test.dispose();
  });
}

function usingTool(under: () => EngineUnderTest): void {
  it("fails when its tool exits 3 after a whole output", async () => {
    const { tool, source } = under();
    const test = testIo();
    const dump = await toolOf(tool).exitsThree.dump(source, WHOLE_DUMP, test.io);
    await expect(collect(dump)).rejects.toMatchObject({ code: "DUMP_FAILED" });
    expect(test.left()).toEqual([]);
    test.dispose();
  });

  it("fails when its tool exits 0 but the output is cut off", async () => {
    const { tool, source } = under();
    const test = testIo();
    await expect(
      collect(await toolOf(tool).truncates.dump(source, WHOLE_DUMP, test.io)),
    ).rejects.toMatchObject({
      code: "DUMP_FAILED",
    });
    test.dispose();
  });

  it("fails when its tool is killed", async () => {
    const { engine, large } = under();
    const test = testIo();
    const dump = await engine.dump(large, WHOLE_DUMP, test.io);
    for (const tool of await untilRunning(test.io)) process.kill(tool.pid, "SIGKILL");
    await expect(collect(dump)).rejects.toMatchObject({ code: "DUMP_FAILED" });
    expect(test.left()).toEqual([]);
    test.dispose();
  });

  it("ends its tool when it is cancelled", async () => {
    const { engine, large } = under();
    const abort = new AbortController();
    const test = testIo(abort.signal);
    const dump = await engine.dump(large, WHOLE_DUMP, test.io);
    await untilRunning(test.io);
    abort.abort(new Error("cancelled by a person"));
    await expect(collect(dump)).rejects.toBeInstanceOf(Error);
    expect(toolsOf(test.io)).toEqual([]);
    expect(test.left()).toEqual([]);
    test.dispose();
  });
}

function toolOf(tool: EngineUnderTest["tool"]): NonNullable<EngineUnderTest["tool"]> {
  if (tool === null) throw new Error("an engine with the trait needs its broken tools");
  return tool;
}
