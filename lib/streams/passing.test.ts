import { describe, expect, it } from "vitest";
import { exitAndEnd, passing } from "#lib/streams/passing";
import { startTool } from "#lib/streams/process";

const never = new AbortController().signal;

async function* numbers(failure?: Error): AsyncGenerator<number> {
  yield 1;
  if (failure) throw failure;
  yield 2;
}

async function read(source: AsyncIterable<unknown>): Promise<unknown[]> {
  const all = [];
  for await (const item of source) all.push(item);
  return all;
}

describe("passing", () => {
  it("has passed when the reader came to the end, and not before", async () => {
    const { blocks, passed } = passing(numbers(), never);
    let over = false;
    const end = passed.then(() => {
      over = true;
    });
    await blocks.next();
    await blocks.next();
    expect(over).toBe(false);
    expect((await blocks.next()).done).toBe(true);
    await end;
    expect(over).toBe(true);
  });

  it("gives its reader and its promise what broke the source off", async () => {
    const { blocks, passed } = passing(numbers(new Error("broke")), never);
    await expect(read(blocks)).rejects.toThrow("broke");
    await expect(passed).rejects.toThrow("broke");
  });

  it("ends with an abort when the reader has stopped", async () => {
    const abort = new AbortController();
    const { blocks, passed } = passing(numbers(), abort.signal);
    await blocks.next();
    abort.abort(new Error("cancelled"));
    await expect(passed).rejects.toThrow("cancelled");
  });
});

describe("exit and end", () => {
  const start = (script: string) =>
    startTool({ file: "/bin/sh", args: ["-c", script], env: {}, signal: never, stdout: "blocks" });
  const isThere = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it("is both", async () => {
    const tool = await start("echo a");
    const { blocks, passed } = passing(tool.blocks, never);
    const [all] = await Promise.all([read(blocks), exitAndEnd(tool, passed)]);
    expect(String(all)).toBe("a\n");
  });

  it("fails with the tool after a whole output", async () => {
    const tool = await start("echo a; exit 3");
    const { blocks, passed } = passing(tool.blocks, never);
    const [, end] = await Promise.allSettled([read(blocks), exitAndEnd(tool, passed)]);
    expect(end).toMatchObject({ status: "rejected", reason: { name: "ToolError", exitCode: 3 } });
  });

  it("ends a tool whose output is worth nothing, and waits until it is gone", async () => {
    const tool = await start("while :; do echo a; done");
    const looked = (async function* () {
      for await (const block of tool.blocks) {
        yield block;
        throw new Error("no archive");
      }
    })();
    const { blocks, passed } = passing(looked, never);
    const reason = expect.objectContaining({ message: "no archive" });
    const ends = await Promise.allSettled([read(blocks), exitAndEnd(tool, passed)]);
    expect(ends).toEqual([
      { status: "rejected", reason },
      { status: "rejected", reason },
    ]);
    expect(isThere(tool.pid)).toBe(false);
  });
});
