import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Header, pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inPieces, testIo } from "#lib/engines/contract";
import { files } from "#lib/engines/files";
import {
  at,
  config,
  dumped,
  look,
  makePatterns,
  makeTree,
  RESTORE,
  restored,
  scratch,
  write,
} from "#lib/engines/files/under-test";

beforeAll(() => makeTree(at("source")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("archives that mean harm", () => {
  async function archive(...entries: (Partial<Header> & { body?: string })[]): Promise<Buffer> {
    const stream = pack();
    for (const { body, ...header } of [{ name: "good", body: "good" }, ...entries]) {
      if (body === undefined) stream.entry(header as Header).end(Buffer.alloc(0));
      else stream.entry(header as Header, body);
    }
    stream.finalize();
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return Buffer.concat(parts);
  }

  it.each<[string, (Partial<Header> & { body?: string })[], RegExp]>([
    ["an absolute name", [{ name: "/tmp/dg-evil", body: "x" }], /leads out/],
    ["a name that climbs", [{ name: "a/../../dg-evil", body: "x" }], /leads out/],
    [
      "a file behind a link",
      [
        { name: "door", type: "symlink", linkname: "/tmp" },
        { name: "door/dg-evil", body: "x" },
      ],
      /./,
    ],
    [
      "a file in the place of a link",
      [
        { name: "door", type: "symlink", linkname: "good" },
        { name: "door", body: "x" },
      ],
      /in it twice/,
    ],
    ["a hard link to elsewhere", [{ name: "h", type: "link", linkname: "/etc/passwd" }], /leads out/],
    ["a hard link that climbs", [{ name: "h", type: "link", linkname: "../kept" }], /leads out/],
    ["a device", [{ name: "d", type: "character-device", devmajor: 1, devminor: 5 }], /character-device/],
    ["a pipe", [{ name: "p", type: "fifo" }], /fifo/],
    ["a set-user-id bit", [{ name: "s", mode: 0o4755, body: "x" }], /set-user-id/],
    [
      "a set-group-id bit on a folder",
      [{ name: "s", type: "directory", mode: 0o2755 }],
      /set-group-id|set-user/,
    ],
    ["the same file twice", [{ name: "./good", body: "again" }], /in it twice/],
  ])("are refused: %s", async (_what, entries, said) => {
    write(at("harm/kept"), "kept");
    const bytes = await archive(...entries);
    if (said.source === ".") {
      // The link is left out, and the file lands in a folder of that name.
      await restored(bytes, "behind", { dropExisting: true });
      expect(readFileSync(at("behind/door/dg-evil"), "utf8")).toBe("x");
    } else {
      const attempt = restored(bytes, "harm", { dropExisting: true });
      await expect(attempt).rejects.toMatchObject({ code: "RESTORE_FAILED" });
      await expect(attempt).rejects.toThrow(said);
      await expect(attempt).rejects.toThrow(/target was not touched/);
      expect(readdirSync(at("harm"))).toEqual(["kept"]);
    }
    expect(existsSync("/tmp/dg-evil")).toBe(false);
  });

  it("are refused: one that needs more space than there is", async () => {
    const bytes = await archive();
    // A header alone: its size, as a binary number (GNU tar), is more than any disk has.
    const huge = Buffer.from(bytes.subarray(0, 512));
    huge.writeUInt8(0x80, 124);
    huge.writeUIntBE(0x7fffffffffff, 130, 6);
    huge.write("        ", 148);
    const sum = huge.reduce((total, byte) => total + byte, 0);
    huge.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    await expect(restored(huge, "harm", { dropExisting: true })).rejects.toThrow(
      /Not enough space.*free.*needed.*not touched/s,
    );
    expect(readdirSync(at("harm"))).toEqual(["kept"]);
  });

  it("are refused: one that was cut off between its entries", async () => {
    const bytes = await archive({ name: "more", body: "x" });
    const cut = restored(bytes.subarray(0, 1024), "harm", { dropExisting: true });
    await expect(cut).rejects.toThrow(/cut off.*not touched/s);
  });
});

describe("targets", () => {
  beforeAll(makePatterns);

  it("that hold something are only replaced when that is wished, and all of it or nothing", async () => {
    const { bytes } = await dumped(config("patterns"));
    write(at("full/old"), "old");
    await expect(restored(bytes, "full")).rejects.toThrow(/is not empty.*not touched/s);
    await expect(restored(bytes, "full", { tables: ["a"] })).rejects.toMatchObject({
      code: "RESTORE_NOT_SUPPORTED",
    });
    const broken = restored(bytes.subarray(0, bytes.length - 700), "full", { dropExisting: true });
    await expect(broken).rejects.toThrow(/not touched/);
    expect(readdirSync(at("full"))).toEqual(["old"]);
    const { ino } = lstatSync(at("full"));
    await restored(bytes, "full", { dropExisting: true });
    expect(look(at("full"))).toEqual(look(at("patterns")));
    expect(lstatSync(at("full")).ino).toBe(ino);
    await restored(bytes, "new/deep/folder");
    expect(look(at("new/deep/folder"))).toEqual(look(at("patterns")));
    await expect(restored(bytes.subarray(0, 1500), "gone/deep")).rejects.toThrow(/not touched/);
    expect(existsSync(at("gone"))).toBe(false);
  });

  it("of a verification lie beside the source or, where that cannot be, in the private directory", async () => {
    const test = testIo();
    const { verification } = files;
    if (verification === undefined) throw new Error("no verification");
    const source = config("source", ["*"], ["x"]);
    const { bytes, facts } = await dumped(config("source"));
    const narrow = { ...test.io, places: { allowedRoots: [at("source")], ownPaths: [tmpdir()] } };
    for (const io of [test.io, narrow]) {
      const target = await verification.createTemporary(source, "dg_verify_x_1", io);
      const parent = io === narrow ? io.tempDirectory : scratch;
      expect(target).toEqual({
        source_path: join(parent, "dg_verify_x_1"),
        include_patterns: [],
        exclude_patterns: [],
      });
      await files.restore(target, inPieces(bytes), RESTORE, io);
      expect(await verification.inventory(target, io)).toEqual(facts.inventory);
      write(join(target.source_path, "empty.file"), "HELLO");
      const differs = await verification.inventory(target, io);
      expect(differs.facts?.["sha256 of empty.file"]).not.toBe(
        facts.inventory.facts?.["sha256 of empty.file"],
      );
      expect(differs.facts?.["sha256 of soft"]).toBe(facts.inventory.facts?.["sha256 of soft"]);
      await verification.dropTemporary(source, "dg_verify_x_1", io);
      expect(existsSync(target.source_path)).toBe(false);
    }
    const drop = verification.dropTemporary(source, "patterns", test.io);
    await expect(drop).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    test.dispose();
  });
});
