import { BSON } from "mongodb";
import { describe, expect, it } from "vitest";
import { ArchiveScan } from "#lib/engines/mongodb/archive-scan";
import { archivedInventory } from "#lib/engines/mongodb/inventory";

const MAGIC = Buffer.from([0x6d, 0xe2, 0x99, 0x81]);
const END = Buffer.from([0xff, 0xff, 0xff, 0xff]);
const bson = (document: BSON.Document) => Buffer.from(BSON.serialize(document));
const head = (collection: string, EOF = false) =>
  bson({ db: "d", collection, EOF, CRC: BSON.Long.fromNumber(0) });
const block = (collection: string, documents: BSON.Document[]) =>
  Buffer.concat([head(collection), ...documents.map(bson), END]);
const eof = (collection: string) => Buffer.concat([head(collection, true), END]);

/** Every type of BSON, the deprecated ones that the library can still write too. */
const EVERYTHING = {
  double: new BSON.Double(-0.5),
  text: "ünï\0日本",
  object: { nested: { deeper: [[1, [2]]] } },
  binary: new BSON.Binary(Buffer.alloc(3), 0),
  uuid: new BSON.UUID(),
  id: new BSON.ObjectId(),
  bool: true,
  date: new Date(-1),
  nothing: null,
  regex: new BSON.BSONRegExp("a|b", "im"),
  pointer: new BSON.DBRef("c", new BSON.ObjectId()),
  code: new BSON.Code("return 1", { x: 1 }),
  symbol: new BSON.BSONSymbol("s"),
  int: new BSON.Int32(-1),
  timestamp: BSON.Timestamp.MAX_VALUE,
  long: BSON.Long.MIN_VALUE,
  decimal: BSON.Decimal128.fromString("1E+6000"),
  min: new BSON.MinKey(),
  max: new BSON.MaxKey(),
};

const metadata = (indexes: object[]) => JSON.stringify({ indexes, collectionName: "x", type: "collection" });
const ARCHIVE = Buffer.concat([
  MAGIC,
  bson({ concurrent_collections: 4, version: "0.1", server_version: "7.0.1", tool_version: "100.10.0" }),
  bson({ db: "d", collection: "a", metadata: metadata([]), size: 0, type: "" }),
  bson({ db: "d", collection: "b.c", metadata: "", size: 0, type: "" }),
  bson({ db: "d", collection: "seen", metadata: "", size: 0, type: "view" }),
  bson({ db: "d", collection: "times", metadata: "", size: 0, type: "timeseries" }),
  END,
  block("a", [EVERYTHING, {}]),
  block("b.c", [{ _id: 1 }]),
  eof("seen"),
  block("a", [{ text: "x".repeat(5000) }]),
  eof("a"),
  block("system.buckets.times", [{ _id: 1 }, { _id: 2 }]),
  eof("system.buckets.times"),
  eof("b.c"),
]);

function scan(bytes: Buffer, piece = bytes.length): ArchiveScan {
  const scanned = new ArchiveScan();
  for (let at = 0; at < bytes.length; at += piece) scanned.update(bytes.subarray(at, at + piece));
  return scanned;
}

describe("ArchiveScan", () => {
  it.each([1, 2, 3, 5, 7, 64, 1000, ARCHIVE.length])("counts in pieces of %i bytes", (piece) => {
    const scanned = scan(ARCHIVE, piece);
    scanned.assertWhole();
    expect(scanned.prelude).toMatchObject({ serverVersion: "7.0.1", toolVersion: "100.10.0" });
    expect(archivedInventory(scanned, false).tables).toEqual({ a: 3, "b.c": 1, "system.buckets.times": 2 });
  });

  it("knows the oplog, which belongs to no database, and counts its entries apart", () => {
    const withOplog = Buffer.concat([
      MAGIC,
      bson({ concurrent_collections: 4, version: "0.1", server_version: "7.0.1", tool_version: "100.10.0" }),
      bson({ db: "d", collection: "a", metadata: "", size: 0, type: "" }),
      bson({ db: "", collection: "oplog", metadata: "", size: 0, type: "" }),
      bson({ db: "admin", collection: "system.users", metadata: "", size: 0, type: "" }),
      END,
      ...["admin.system.users", "d.a", ".oplog"].flatMap((name) => {
        const [db, ...rest] = name.split(".");
        const head = { db, collection: rest.join("."), CRC: BSON.Long.fromNumber(0) };
        const documents = [bson({ _id: 1 }), bson({ _id: 2 })];
        return [bson({ ...head, EOF: false }), ...documents, END, bson({ ...head, EOF: true }), END];
      }),
    ]);
    const scanned = scan(withOplog);
    scanned.assertWhole();
    expect(scanned.oplogEntries()).toBe(2);
    expect(scanned.prelude).toMatchObject({ hasOplog: true, collections: [{ name: "a" }, {}] });
    expect(archivedInventory(scanned, true).tables).toEqual({ "d.a": 2 });
    expect(() => scan(withOplog.subarray(0, -60)).assertWhole()).toThrow(/cut off/);
    expect(scan(ARCHIVE).oplogEntries()).toBeNull();
    expect(scan(ARCHIVE).prelude?.hasOplog).toBe(false);
  });

  it("takes no shorter archive for whole", () => {
    for (let length = 0; length < ARCHIVE.length; length += 1) {
      const cut = () => scan(ARCHIVE.subarray(0, length)).assertWhole();
      expect(cut, `cut at ${length}`).toThrow(/cut off/);
    }
  });

  it.each([
    ["another beginning", Buffer.concat([Buffer.from("PGDMP"), ARCHIVE]), /no archive/],
    ["an impossible length", Buffer.concat([ARCHIVE, Buffer.from([1, 0, 0, 0])]), /no length/],
    ["a huge length", Buffer.concat([ARCHIVE, Buffer.from([0, 0, 0, 0x7f])]), /no length/],
    ["a block without a header", Buffer.concat([ARCHIVE, END]), /without a header/],
    ["a header of rubbish", Buffer.concat([ARCHIVE, Buffer.from([8, 0, 0, 0, 9, 9, 9, 0])]), /header/],
  ])("refuses %s", (_, bytes, message) => expect(() => scan(bytes)).toThrow(message));
});
