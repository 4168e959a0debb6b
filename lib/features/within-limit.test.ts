import { expect, test } from "vitest";
import { LimitError, withinLimit } from "#lib/features/within-limit";

test("answers, and fails, as the work does", async () => {
  expect(await withinLimit({ limitMs: 60_000 }, async () => 7)).toBe(7);
  const failing = withinLimit({ limitMs: 60_000 }, () => Promise.reject(new Error("of its own")));
  await expect(failing).rejects.toThrow("of its own");
});

test("work that hangs is left behind and not begun again before it has ended", async () => {
  const hanging = Promise.withResolvers<string>();
  const begun: string[] = [];
  const limit = { limitMs: 5, key: "the mount" };
  const first = withinLimit(limit, () => {
    begun.push("first");
    return hanging.promise;
  });
  await expect(first).rejects.toBeInstanceOf(LimitError);
  const second = withinLimit(limit, async () => begun.push("second"));
  await expect(second).rejects.toBeInstanceOf(LimitError);
  expect(await withinLimit({ ...limit, key: "another" }, async () => "fine")).toBe("fine");
  hanging.resolve("at last");
  await hanging.promise;
  await new Promise(setImmediate);
  expect(await withinLimit({ ...limit, limitMs: 60_000 }, async () => begun.push("third"))).toBe(2);
  expect(begun).toEqual(["first", "third"]);
});

test("an abort from outside ends it with its own reason", async () => {
  const stop = new AbortController();
  const running = withinLimit({ limitMs: 60_000, signal: stop.signal }, () => new Promise(() => undefined));
  stop.abort(new Error("the worker stops"));
  await expect(running).rejects.toThrow("the worker stops");
});
