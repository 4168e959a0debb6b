import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { splitParts } from "#lib/streams/chunk";
import { fanOut } from "#lib/streams/fan-out";
import { Frames } from "#lib/streams/frames";

const SIZE = 300_000;

async function* given(frames: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* frames;
}

/** Copies what it reads before asking for more, as the promise of `put` wants it. */
async function copyAll(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const chunk of source) {
    await new Promise((resolve) => setImmediate(resolve));
    copies.push(Buffer.from(chunk));
  }
  return Buffer.concat(copies);
}

async function readFirst(source: AsyncIterable<Buffer>): Promise<Buffer> {
  for await (const chunk of source) return Buffer.from(chunk);
  return Buffer.alloc(0);
}

test.each([[null], [100_000], [250_001], [1_000_000]])(
  "frames cut at %s bytes reach every reader whole and are all freed",
  async (limit) => {
    const originals = Array.from({ length: 6 }, () => randomBytes(SIZE));
    const frames = originals.map((original) => {
      const frame = Buffer.allocUnsafeSlow(SIZE);
      original.copy(frame);
      return frame;
    });
    const ledger = new Frames();
    const seen: Buffer[][] = [[], []];
    for await (const part of splitParts(ledger.own(given(frames)), limit)) {
      const outcomes = await fanOut(part.bytes, [copyAll, copyAll], {
        onConsumed: (view) => ledger.consumed(view),
      });
      outcomes.forEach((outcome, reader) => {
        if (outcome.ok) seen[reader]?.push(outcome.value);
      });
    }
    for (const reader of seen) expect(Buffer.concat(reader).equals(Buffer.concat(originals))).toBe(true);
    expect(frames.map((frame) => frame.buffer.byteLength)).toEqual(frames.map(() => 0));
  },
);

test("a reader that leaves early keeps nothing from being freed", async () => {
  const frames = Array.from({ length: 5 }, () => Buffer.allocUnsafeSlow(SIZE).fill(1));
  const ledger = new Frames();
  const outcomes = await fanOut(ledger.own(given(frames)), [readFirst, copyAll], {
    onConsumed: (view) => ledger.consumed(view),
  });
  expect(outcomes.map((outcome) => outcome.ok && outcome.value.length)).toEqual([SIZE, SIZE * 5]);
  expect(frames.every((frame) => frame.buffer.byteLength === 0)).toBe(true);
});

test("small buffers, which may share memory, are never touched", async () => {
  const small = Buffer.from("shared");
  const ledger = new Frames();
  await fanOut(ledger.own(given([small])), [copyAll], { onConsumed: (view) => ledger.consumed(view) });
  expect(small.toString()).toBe("shared");
});
