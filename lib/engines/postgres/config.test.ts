import { describe, expect, it } from "vitest";
import { postgresConfig } from "#lib/engines/postgres/config";
import { chooseTool, toolDirectories } from "#lib/engines/postgres/tools";

describe("postgres config", () => {
  const good = { host: "db.example.org", database: "d", username: "u" };
  const accepts = (change: object) => postgresConfig.safeParse({ ...good, ...change }).success;

  it.each(["localhost", "db-1.internal", "10.0.0.1", "::1", "fe80::1", "a_b"])(
    "takes the host %s",
    (host) => {
      expect(accepts({ host })).toBe(true);
    },
  );

  it.each([
    "",
    "-h",
    "--host=x",
    "host=evil",
    "postgres://x",
    "/var/run",
    "a b",
    "a,b",
    "a'b",
    "a\nb",
    "@abstract",
    "a..b",
    "ex\0",
  ])("refuses the host %j", (host) => expect(accepts({ host })).toBe(false));

  it.each([
    [{ port: "5432" }, false],
    [{ port: 0 }, false],
    [{ port: 65_536 }, false],
    [{ port: 1.5 }, false],
    [{ password: "line\nbreak" }, false],
    [{ password: "nul\0" }, false],
    [{ password: "p@ss :\\'\"/?#%&= ünï" }, true],
    [{ database: "a\nb" }, false],
    [{ database: "dbname=x host=y" }, true],
    [{ unknown: 1 }, false],
    [{ ssl_ca: "no certificate" }, false],
  ])("%j: %s", (change, ok) => expect(accepts(change)).toBe(ok));

  it("names what is missing", async () => {
    await expect(chooseTool("pg_dump", 15, ["/nonexistent"])).rejects.toMatchObject({ code: "TOOL_MISSING" });
    const newest = chooseTool("pg_dump", 99, await toolDirectories());
    await expect(newest).rejects.toThrow(
      /PostgreSQL 99.*(cannot read newer|not found).*postgresql-client-99|not found/s,
    );
  });
});
