import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { BlockPool } from "#lib/streams/block-pool";
import { splitParts } from "#lib/streams/chunk";
import { coalesce } from "#lib/streams/coalesce";
import { fanOut } from "#lib/streams/fan-out";
import { Digest, digesting } from "#lib/streams/hash";
import { LineCollector } from "#lib/streams/lines";
import { type Progress, startMeter } from "#lib/streams/meter";
import { mapOrdered } from "#lib/streams/ordered";
import { watchStall } from "#lib/streams/stall";
import { packDirectory, unpackTar } from "#lib/streams/tar";

async function* given<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

const bytes = (...texts: string[]) => texts.map((text) => Buffer.from(text));

describe("splitParts", () => {
  async function parts(input: Buffer[], size: number | null): Promise<string[]> {
    const result: string[] = [];
    for await (const part of splitParts(given(input), size)) {
      result.push(`${part.number}:${Buffer.concat(await all(part.bytes))}`);
    }
    return result;
  }

  it.each([
    [bytes("abcdef", "gh"), 3, ["1:abc", "2:def", "3:gh"]],
    [bytes("abc", "def"), 3, ["1:abc", "2:def"]],
    [bytes("a", "b", "c", "d"), 3, ["1:abc", "2:d"]],
    [bytes("abc"), 10, ["1:abc"]],
    [bytes("abc", "d"), null, ["1:abcd"]],
    [[], 3, ["1:"]],
  ])("%s in parts of %s", async (input, size, expected) => {
    expect(await parts(input as Buffer[], size as number | null)).toEqual(expected);
  });
});

describe("digesting", () => {
  it("counts and hashes what passes", async () => {
    const data = randomBytes(100_000);
    const digest = new Digest();
    await all(digesting(given([data.subarray(0, 7), data.subarray(7)]), digest));
    expect([digest.bytes, digest.hex()]).toEqual([100_000, createHash("sha256").update(data).digest("hex")]);
  });
});

describe("fanOut", () => {
  const read = async (source: AsyncIterable<Buffer>) => Buffer.concat(await all(source)).toString();
  const dies = async (source: AsyncIterable<Buffer>): Promise<string> => {
    for await (const _ of source) throw new Error("this one died");
    return "";
  };

  it("gives everything to everyone", async () => {
    const outcomes = await fanOut(given(bytes("a", "b", "c")), [read, read]);
    expect(outcomes).toEqual([
      { ok: true, value: "abc" },
      { ok: true, value: "abc" },
    ]);
  });

  it("goes on without the one that dies", async () => {
    const outcomes = await fanOut(given(bytes("a", "b", "c", "d", "e", "f")), [dies, read]);
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([false, true]);
    expect(outcomes[1]).toEqual({ ok: true, value: "abcdef" });
  });

  it("stops reading when all are dead", async () => {
    let given = 0;
    const endless = async function* () {
      for (;;) {
        given += 1;
        yield Buffer.from("x");
      }
    };
    const outcomes = await fanOut(endless(), [dies, dies]);
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([false, false]);
    expect(given).toBeLessThan(20);
  });

  it("fails everyone with the source's error", async () => {
    const seen: string[] = [];
    const source = async function* () {
      yield Buffer.from("a");
      throw new Error("source broke");
    };
    const consumer = async (input: AsyncIterable<Buffer>) => {
      try {
        return await read(input);
      } catch (error) {
        seen.push(String(error));
        throw error;
      }
    };
    await expect(fanOut(source(), [consumer, consumer])).rejects.toThrow("source broke");
    expect(seen).toEqual(["Error: source broke", "Error: source broke"]);
  });

  it("lets the slowest set the pace", async () => {
    let sent = 0;
    let slowSeen = 0;
    let lead = 0;
    const source = async function* () {
      for (; sent < 50; sent += 1) {
        lead = Math.max(lead, sent - slowSeen);
        yield Buffer.from("x");
      }
    };
    const slow = async (input: AsyncIterable<Buffer>) => {
      for await (const _ of input) {
        await new Promise((resolve) => setImmediate(resolve));
        slowSeen += 1;
      }
      return "";
    };
    await fanOut(source(), [slow, read]);
    expect(lead).toBeLessThanOrEqual(5);
  });
});

describe("fanOut's patience", () => {
  it("gives up the one that holds up the others", async () => {
    const hangs = (input: AsyncIterable<Buffer>, signal: AbortSignal) =>
      new Promise<number>((_, reject) => {
        void input[Symbol.asyncIterator]().next();
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    const counts = async (input: AsyncIterable<Buffer>) => (await all(input)).length;
    const many = Array.from({ length: 20 }, () => Buffer.from("x"));
    const outcomes = await fanOut(given(many), [hangs, counts], { patienceMs: 20 });
    expect(outcomes[0]).toMatchObject({ ok: false, error: { message: expect.stringContaining("waited") } });
    expect(outcomes[1]).toEqual({ ok: true, value: 20 });
  });
});

describe("mapOrdered", () => {
  it("keeps the order and the limit", async () => {
    let running = 0;
    let most = 0;
    const result = await all(
      mapOrdered(given([5, 1, 4, 2, 3]), 2, async (turns) => {
        running += 1;
        most = Math.max(most, running);
        for (let i = 0; i < turns; i += 1) await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return turns;
      }),
    );
    expect(result).toEqual([5, 1, 4, 2, 3]);
    expect(most).toBeLessThanOrEqual(3);
  });

  it("rejects with the work's error", async () => {
    const work = async (item: number) => {
      if (item === 2) throw new Error("two");
      return item;
    };
    await expect(all(mapOrdered(given([1, 2, 3]), 2, work))).rejects.toThrow("two");
  });
});

describe("watchStall", () => {
  it("ends a source that gives nothing", async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const silent = async function* () {
      yield 1;
      await promise;
    };
    const watched = watchStall(silent(), { received: () => 1, stallMs: 20, onStall: reject });
    await expect(all(watched)).rejects.toMatchObject({ code: "STALLED" });
  });

  it("does not blame a source for a slow consumer, nor one whose bytes trickle", async () => {
    let received = 0;
    const trickle = async function* () {
      for (let round = 0; round < 30; round += 1) {
        received += 1;
        await new Promise((resolve) => setTimeout(resolve, 4));
      }
      yield "end";
    };
    const options = { received: () => received, stallMs: 60, onStall: () => expect.unreachable() };
    expect(await all(watchStall(trickle(), options))).toEqual(["end"]);
  });
});

describe("LineCollector", () => {
  const collect = (chunks: Buffer[], secrets: string[] = []) => {
    const collector = new LineCollector(secrets);
    for (const chunk of chunks) collector.push(chunk);
    collector.end();
    return collector.lines;
  };

  it("cleans, hides secrets, and joins what was cut between chunks", () => {
    const lines = collect(
      [
        Buffer.from("\u001b[31mred\u001b[0m\0 and hun"),
        Buffer.from("ter2\n\n"),
        Buffer.from([0x61, 0xff, 0x62]),
      ],
      ["hunter2"],
    );
    expect(lines).toEqual(["red and **********", "a\ufffdb"]);
  });

  it("keeps the last 200 lines and 4 KiB of each", () => {
    const many = collect([Buffer.from(Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join(""))]);
    expect([many.length, many.at(-1)]).toEqual([200, "line 4999"]);
    const huge = collect(Array.from({ length: 50 }, () => Buffer.alloc(1_000_000, "x")));
    expect(huge).toHaveLength(1);
    expect(huge[0]?.length).toBeLessThan(4200);
  });
});

describe("BlockPool and coalesce", () => {
  it("never has more blocks out than it may", async () => {
    const pool = new BlockPool(2, 10);
    const seen: string[] = [];
    for await (const block of coalesce(given(bytes("aaaaaaa", "bbbbbbb", "ccccccccccccccc")), pool)) {
      seen.push(block.toString());
      pool.release(block);
      pool.release(block);
    }
    expect(seen.join("")).toBe("aaaaaaabbbbbbbccccccccccccccc");
    expect(pool.take(() => undefined)).not.toBeNull();
    expect(pool.take(() => undefined)).not.toBeNull();
    expect(pool.take(() => undefined)).toBeNull();
  });
});

describe("startMeter", () => {
  it("tells the last state when it stops", () => {
    const seen: Progress[] = [];
    const state = { bytesRead: 5, bytesWritten: 2, estimatedBytes: null };
    startMeter(
      () => state,
      (progress) => seen.push(progress),
    ).stop();
    expect(seen).toEqual([state]);
  });
});

describe("tar", () => {
  const signal = new AbortController().signal;

  it("packs a directory and unpacks it the same", async () => {
    const root = mkdtempSync(join(tmpdir(), "dg-tar-"));
    const from = mkdtempSync(join(root, "a"));
    const to = mkdtempSync(join(root, "b"));
    writeFileSync(join(from, "toc.dat"), randomBytes(3_000_000));
    writeFileSync(join(from, "1.dat"), "");
    await unpackTar(packDirectory(from, signal), to, signal);
    const again = Buffer.concat(await all(packDirectory(to, signal)));
    expect(again.length).toBeGreaterThan(3_000_000);
    rmSync(root, { recursive: true });
  });

  it.each([
    [{ name: "../evil" }],
    [{ name: "/evil" }],
    [{ name: "a/../../evil" }],
    [{ name: "link", type: "symlink" as const, linkname: "/etc/passwd" }],
    [{ name: "hard", type: "link" as const, linkname: "/etc/passwd" }],
    [{ name: "device", type: "block-device" as const }],
  ])("refuses %o", async (header) => {
    const root = mkdtempSync(join(tmpdir(), "dg-tar-"));
    const archive = pack();
    archive.entry(header, "");
    archive.finalize();
    await expect(unpackTar(archive as AsyncIterable<Buffer>, root, signal)).rejects.toThrow("refused");
    rmSync(root, { recursive: true });
  });
});
