import { expect, test } from "vitest";
import { createLogger, prettyLine, redact } from "#lib/log";

function capture() {
  const lines: string[] = [];
  return { lines, log: createLogger("debug", { write: (line) => void lines.push(line) }) };
}

test("secret-looking keys are masked wherever they stand", () => {
  const { lines, log } = capture();
  log.info(
    {
      config: { host: "db", password: "s3cr3t-a", nested: [{ private_key: "s3cr3t-b" }] },
      headers: { Authorization: "Bearer s3cr3t-c", cookie: "s3cr3t-d" },
      secretAccessKey: "s3cr3t-e",
      access_key_id: "visible",
      apiKey: "s3cr3t-f",
      table_count: 3,
    },
    "connecting to postgresql://me:s3cr3t-g@db/x",
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain("s3cr3t");
  expect(lines[0]).toContain('"host":"db"');
  expect(lines[0]).toContain('"table_count":3');
  expect(lines[0]).toContain("postgresql://me:**********@db/x");
});

test("errors keep their words and stack, not the secrets that hang on them", () => {
  const { lines, log } = capture();
  const error = Object.assign(new Error("refused"), { details: { token: "s3cr3t", port: 5432 } });
  log.child({ component: "worker" }).error({ err: error }, "probe failed");
  const written = JSON.parse(lines[0] ?? "");
  expect(written).toMatchObject({
    level: "error",
    component: "worker",
    msg: "probe failed",
    err: { message: "refused", details: { token: "**********", port: 5432 } },
  });
  expect(written.err.stack).toContain("log.test");
});

test("what is circular or endless ends", () => {
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  expect(JSON.stringify(redact(loop))).toContain("…");
});

test("a terminal gets one readable line and obeys nothing in it", () => {
  const line = prettyLine(
    JSON.stringify({
      level: "warn",
      time: "2026-01-02T03:04:05.000Z",
      component: "web",
      msg: "a\u001b[2Jb",
      rows: 3,
    }),
  );
  expect(line).toContain("03:04:05 warn ");
  expect(line).toContain("web  a�[2Jb  rows=3\n");
});
