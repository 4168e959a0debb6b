import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BlockPool } from "#lib/streams/block-pool";
import { type RunningTool, startTool, type ToolCommand, ToolError } from "#lib/streams/process";

const shell = (script: string, more: Partial<ToolCommand> = {}) =>
  startTool({
    file: "/bin/sh",
    args: ["-c", script],
    env: {},
    signal: new AbortController().signal,
    stdout: "blocks",
    ...more,
  });

async function readAll(tool: RunningTool): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const block of tool.blocks) {
    parts.push(Buffer.from(block));
    tool.release(block);
  }
  return Buffer.concat(parts);
}

const isAlive = (pid: number) => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

describe("startTool", () => {
  it("gives every byte in order through a pool that is smaller than the output", async () => {
    const tool = await shell("seq 1 400000", { pool: new BlockPool(2, 128 * 1024) });
    const output = await readAll(tool);
    await tool.finished;
    expect(output.equals(execFileSync("seq", ["1", "400000"], { maxBuffer: 1 << 24 }))).toBe(true);
    expect(tool.received()).toBe(output.length);
  });

  it("stops the tool while no block is free", async () => {
    const pool = new BlockPool(2, 64 * 1024);
    const tool = await shell("head -c 50000000 /dev/zero", { pool });
    const held: Buffer[] = [];
    let total = 0;
    for await (const block of tool.blocks) {
      held.push(block);
      total += block.length;
      if (held.length < 2) continue;
      await new Promise((resolve) => setImmediate(resolve));
      expect(tool.received() - total).toBeLessThanOrEqual(128 * 1024);
      for (const each of held.splice(0)) tool.release(each);
    }
    await tool.finished;
    expect(total).toBe(50_000_000);
  });

  it("is a failure when the exit is 3 after a clean end of the output", async () => {
    const tool = await shell("echo whole; exec >&-; echo 'disk on fire' >&2; exit 3");
    await readAll(tool).catch(() => undefined);
    await expect(tool.finished).rejects.toMatchObject({ exitCode: 3, stderr: ["disk on fire"] });
  });

  it("is a failure when a signal ended it", async () => {
    const tool = await shell("kill -9 $$");
    await readAll(tool).catch(() => undefined);
    await expect(tool.finished).rejects.toMatchObject({ exitCode: null, exitSignal: "SIGKILL" });
  });

  it("ends the whole group on abort, also what ignores SIGTERM", async () => {
    const abort = new AbortController();
    const tool = await shell("trap '' TERM; sleep 300 & echo $!; wait; sleep 300", { signal: abort.signal });
    let child = 0;
    const reading = (async () => {
      for await (const _ of tool.blocks) break;
    })();
    while (tool.received() === 0) await new Promise((resolve) => setImmediate(resolve));
    child = Number(
      execFileSync("pgrep", ["-P", String(tool.pid)])
        .toString()
        .trim()
        .split("\n")[0],
    );
    abort.abort(new Error("enough"));
    await expect(tool.finished).rejects.toThrow("enough");
    await reading.catch(() => undefined);
    expect([isAlive(tool.pid), isAlive(child)]).toEqual([false, false]);
  });

  it("gives the tool nothing of our environment", async () => {
    process.env.DG_TEST_LEAK = "leaked";
    const tool = await shell("env", { env: { ONLY: "this" } });
    const output = (await readAll(tool)).toString();
    delete process.env.DG_TEST_LEAK;
    expect(output).toContain("ONLY=this");
    expect(output).not.toContain("leaked");
  });

  it("rejects when the program is not there", async () => {
    const tool = await startTool({
      file: "/nonexistent/tool",
      args: [],
      env: {},
      signal: new AbortController().signal,
      stdout: "blocks",
    });
    await readAll(tool).catch(() => undefined);
    await expect(tool.finished).rejects.toBeInstanceOf(Error);
  });

  it.runIf(existsSync("/usr/bin/setpriv"))("dies with its parent, however that dies", async () => {
    const script = `
      import { startTool } from "#lib/streams/process";
      const tool = await startTool({ file: "/bin/sleep", args: ["300"], env: {}, stdout: "blocks",
        signal: new AbortController().signal });
      process.stdout.write(String(tool.pid));
      process.kill(process.pid, "SIGKILL");`;
    let output = "";
    try {
      execFileSync(process.execPath, ["--input-type=module", "-e", script], { stdio: "pipe" });
    } catch (error) {
      output = String((error as { stdout: Buffer }).stdout);
    }
    const pid = Number(output);
    expect(pid).toBeGreaterThan(1);
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
  });
});

describe("feed", () => {
  const endless = async function* () {
    for (;;) yield Buffer.alloc(65_536);
  };

  it("writes everything with backpressure", async () => {
    const tool = await shell("wc -c", { stdin: "pipe" });
    const source = async function* () {
      for (let i = 0; i < 64; i += 1) yield Buffer.alloc(100_000);
    };
    await tool.feed(source());
    expect((await readAll(tool)).toString().trim()).toBe("6400000");
    await tool.finished;
  });

  it("shows a dead tool's own error, not EPIPE", async () => {
    const tool = await shell("head -c 10 >/dev/null; echo 'bad archive' >&2; exit 4", { stdin: "pipe" });
    await tool.feed(endless());
    await readAll(tool).catch(() => undefined);
    await expect(tool.finished).rejects.toMatchObject({ exitCode: 4, stderr: ["bad archive"] });
  });

  it("kills the tool when its input breaks", async () => {
    const tool = await shell("cat >/dev/null; echo 'took it for whole'", { stdin: "pipe" });
    const source = async function* () {
      yield Buffer.from("half");
      throw new Error("storage went away");
    };
    await expect(tool.feed(source())).rejects.toThrow("storage went away");
    await expect(tool.finished).rejects.toMatchObject({ exitSignal: "SIGKILL" });
  });
});

describe("a tool that ended badly", () => {
  const because = (how: { code?: number; signal?: string }, ...stderr: string[]) =>
    new ToolError("pg_dump", { code: how.code ?? null, signal: how.signal ?? null, stderr }).because(/error/);

  it("tells why in the words that count, once", () => {
    expect(because({ code: 1 }, "dumping a", "error: no right.", "hint: ask")).toBe(
      "pg_dump exited with code 1: error: no right.",
    );
    expect(because({ code: 1 }, "one", "two", "three", "four")).toBe(
      "pg_dump exited with code 1: one · two · three.",
    );
    expect(because({ code: 2 })).toBe("pg_dump exited with code 2.");
  });

  it("names what is most often behind a kill without a word", () => {
    expect(because({ signal: "SIGKILL" })).toMatch(
      /^pg_dump was ended by SIGKILL\. Where nobody .* memory\.$/,
    );
    expect(because({ signal: "SIGTERM" })).toBe("pg_dump was ended by SIGTERM.");
  });
});
