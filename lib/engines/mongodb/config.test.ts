import { BSON } from "mongodb";
import { describe, expect, it } from "vitest";
import { mongodbConfig } from "#lib/engines/mongodb/config";
import { indexesOf, indexText } from "#lib/engines/mongodb/indexes";
import { renameArguments } from "#lib/engines/mongodb/namespaces";
import { columnsOf, shortened } from "#lib/engines/mongodb/schema";
import { selectCollections, selectionArguments } from "#lib/engines/mongodb/selection";
import { chooseTool } from "#lib/engines/mongodb/tools";
import { connectionUri } from "#lib/engines/mongodb/uri";

const good = { host: "db.example.org", database: "d" };

describe("mongodb config", () => {
  const accepts = (change: object) => mongodbConfig.safeParse({ ...good, ...change }).success;

  it.each(["localhost", "10.0.0.1", "::1", "[::1]:27018", "a_b", "a:1,b:2", "a, b:27018"])(
    "takes the host %s",
    (host) => expect(accepts({ host })).toBe(true),
  );

  it.each([
    "",
    "-h",
    "mongodb://x",
    "user@host",
    "u:p@host",
    "/tmp/mongodb.sock",
    "a b",
    "a,",
    ",",
    "a:0",
    "a:65536",
    "a:x",
    "a/?tls=false",
    "a\nb",
    "[::1",
    "ex\0",
  ])("refuses the host %j", (host) => expect(accepts({ host })).toBe(false));

  it.each([
    [{ port: 0 }, false],
    [{ database: "" }, true],
    [{ database: undefined }, true],
    [{ database: "a/b" }, false],
    [{ database: "all databases" }, false],
    [{ database: "a.b" }, false],
    [{ database: "$x" }, false],
    [{ database: "ü".repeat(32) }, false],
    [{ database: "ünï-1" }, true],
    [{ password: "line\nbreak" }, false],
    [{ password: "p@ss :\\'\"/?#%&= ünï" }, true],
    [{ srv: true }, true],
    [{ srv: true, host: "a,b" }, false],
    [{ srv: true, host: "a:27017" }, false],
    [{ unknown: 1 }, false],
    [{ ssl_ca: "no certificate" }, false],
  ])("%j: %s", (change, ok) => expect(accepts(change)).toBe(ok));

  const uri = (change: object) =>
    connectionUri(mongodbConfig.parse({ ...good, ...change }), "/tmp/a b/ca.pem");

  it("writes addresses without a password", () => {
    const text = uri({ username: "a@b:c/ü +", password: "hush", auth_source: "other db" });
    expect(text).toContain("mongodb://a%40b%3Ac%2F%C3%BC%20%2B@db.example.org:27017/?");
    expect(text).toContain("authSource=other%20db");
    expect(text).not.toContain("hush");
    expect(new URL(uri({})).searchParams.get("directConnection")).toBe("true");
  });

  it("writes replica sets, seed lists and TLS", () => {
    const set = uri({ host: "a,[::1]:5", replica_set: "rs&0" });
    expect(set).toContain("mongodb://a:27017,[::1]:5/?");
    expect(set).toContain("replicaSet=rs%260");
    expect(set).not.toContain("directConnection");
    expect(uri({ srv: true })).toMatch(/^mongodb\+srv:\/\/db\.example\.org\/\?.*tls=true/);
    expect(uri({ srv: true })).not.toContain("Insecure");
    expect(uri({ ssl_enabled: true })).toContain("tlsInsecure=true");
    const checked = uri({ ssl_enabled: true, ssl_ca: "-----BEGIN CERTIFICATE-----" });
    expect(checked).toContain("tlsCAFile=%2Ftmp%2Fa%20b%2Fca.pem");
    expect(checked).not.toContain("Insecure");
  });

  it("names what is missing", async () => {
    await expect(chooseTool("mongodump", ["/nonexistent"])).rejects.toMatchObject({ code: "TOOL_MISSING" });
    await expect(chooseTool("mongodump", ["/nonexistent"])).rejects.toThrow(/mongodump.*Database Tools/);
  });
});

describe("mongodb arguments", () => {
  const collections = ["a", "b", "c*", "-d"].map((name) => ({ name, type: "collection" }));
  const chosen = (includeTables: string[], excludeTables: string[]) =>
    selectionArguments(selectCollections(collections, { includeTables, excludeTables }, () => undefined));

  it("select collections by what they leave out", () => {
    expect(chosen([], [])).toEqual([]);
    expect(chosen(["-d"], [])).toEqual(["--collection=-d"]);
    expect(chosen(["a", "c*"], [])).toEqual(["--excludeCollection=b", "--excludeCollection=-d"]);
    expect(chosen(["a", "b"], ["b"])).toEqual(["--collection=a"]);
    expect(chosen([], ["a", "absent"])).toEqual(["--excludeCollection=a"]);
  });

  it("let one database through, by names without wildcards", () => {
    expect(renameArguments("a", "a", null)).toEqual(["--nsInclude=a.*"]);
    expect(renameArguments("a*", "b", ["c*\\"])).toEqual([
      "--nsInclude=a\\*.c\\*\\\\",
      "--nsFrom=a\\*.*",
      "--nsTo=b.*",
    ]);
  });
});

describe("mongodb facts", () => {
  it("write equal indexes alike, wherever they come from", () => {
    const archived = indexesOf(
      '{"indexes":[{"v":{"$numberInt":"2"},"unique":true,"key":{"b":{"$numberInt":"1"},"a":{"$numberDouble":"-1.0"}},"name":"x"},' +
        '{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"}]}',
    );
    const asked = [
      { v: 2, key: { _id: 1 }, name: "_id_" },
      { v: 2, key: { b: BSON.Long.fromNumber(1), a: -1 }, name: "x", unique: true, sparse: false, ns: "d.c" },
    ];
    expect(indexText(archived)).toBe('_id_ {"_id":1}; x {"b":1,"a":-1} unique=true');
    expect(indexText(asked)).toBe(indexText(archived));
    expect(indexText([{ key: { a: 1, b: 1 }, name: "x" }])).not.toBe(
      indexText([{ key: { b: 1, a: 1 }, name: "x" }]),
    );
    const many = Array.from({ length: 30 }, (_, n) => ({ name: `index_${n}`, key: { [`field_${n}`]: 1 } }));
    expect(indexText(many)).toMatch(/^30 indexes, sha256:[0-9a-f]{64}$/);
    expect(indexesOf("")).toEqual([]);
  });

  it("find fields in samples", () => {
    const documents = [
      { _id: 1, a: "x", b: null },
      { _id: 2, a: 1.5 },
    ];
    expect(columnsOf(documents)).toEqual([
      { name: "_id", type: "int", nullable: false, primaryKey: true },
      { name: "a", type: "double | string", nullable: false, primaryKey: false },
      { name: "b", type: "null", nullable: true, primaryKey: false },
    ]);
  });

  it("shorten samples", () => {
    expect(shortened("x".repeat(1000), 0)).toBe(`${"x".repeat(200)}… (1000 characters)`);
    expect(shortened({ a: { b: { c: { d: { e: 1 } } } } }, 0)).toEqual({
      a: { b: { c: { d: "object (1)" } } },
    });
    expect(shortened(BSON.Decimal128.fromString("1.10"), 0)).toEqual({ $numberDecimal: "1.10" });
    expect(shortened(new BSON.Binary(Buffer.alloc(9)), 0)).toBe("binary (9 bytes)");
  });
});
