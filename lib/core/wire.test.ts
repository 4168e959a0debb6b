import { expect, test } from "vitest";
import { fromWire, toWire, wirePath } from "#lib/core/wire";

test("keys change their case both ways, stored JSON passes as it is", () => {
  const wire = {
    schedule_cron: "x",
    backup_options: { max_file_size_mb: 1 },
    list: [{ job_id: 1 }],
    plain: null,
  };
  const inside = {
    scheduleCron: "x",
    backupOptions: { max_file_size_mb: 1 },
    list: [{ jobId: 1 }],
    plain: null,
  };
  expect(fromWire(wire)).toEqual(inside);
  expect(toWire(inside)).toEqual(wire);
});

test("dates, big integers and absent values", () => {
  const at = new Date("2026-01-02T03:04:05.678Z");
  expect(toWire({ at, small: 12n, huge: 2n ** 60n, absent: undefined })).toEqual({
    at: "2026-01-02T03:04:05.678Z",
    small: 12,
    huge: "1152921504606846976",
  });
});

test("a prototype never comes in", () => {
  const parsed = fromWire(JSON.parse('{"__proto__":{"is_owner":true},"a":1}')) as Record<string, unknown>;
  expect(parsed.isOwner).toBeUndefined();
  expect(Object.keys(parsed)).toEqual(["a"]);
});

test("field paths read as on the wire", () => {
  expect(wirePath("connectionConfig.ssl_ca")).toBe("connection_config.ssl_ca");
});
