import { expect, test } from "vitest";
import { expiredByCount, type RetentionCandidate } from "#lib/core/retention";

const day = (n: number, extra: Partial<RetentionCandidate> = {}): RetentionCandidate => ({
  id: `day-${n}`,
  finishedAt: new Date(Date.UTC(2026, 0, n)),
  pinned: false,
  verifiedAt: null,
  corruptAt: null,
  ...extra,
});
const keep = (max_backups: number) => ({ max_backups, auto_delete: true });

test("lets the oldest go, oldest first, whatever order they come in", () => {
  expect(expiredByCount([day(3), day(1), day(4), day(2)], keep(2))).toEqual(["day-1", "day-2"]);
  expect(expiredByCount([day(1), day(2)], keep(2))).toEqual([]);
  expect(expiredByCount([], keep(1))).toEqual([]);
});

test("never the newest, the newest verified or a pinned one", () => {
  const verified = { verifiedAt: new Date() };
  const list = [day(1, verified), day(2, verified), day(3, { pinned: true }), day(4), day(5)];
  expect(expiredByCount(list, keep(1))).toEqual(["day-1", "day-4"]);
});

test("a corrupt backup neither counts nor is thrown away: a person decides over it", () => {
  const list = [day(1), day(2), day(3, { corruptAt: new Date() })];
  expect(expiredByCount(list, keep(1))).toEqual(["day-1"]);
});

test("does nothing where deleting is off or the policy names no count", () => {
  expect(expiredByCount([day(1), day(2)], { max_backups: 1, auto_delete: false })).toEqual([]);
  expect(expiredByCount([day(1), day(2)], { keep_daily: 1, auto_delete: true })).toEqual([]);
});
