import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, engineContract, inPieces, testIo, WHOLE_DUMP } from "#lib/engines/contract";
import { sqlite } from "#lib/engines/sqlite";
import {
  at,
  contents,
  engine,
  file,
  make,
  numbers,
  other,
  RESTORE,
  SHAPES,
  scratch,
} from "#lib/engines/sqlite/under-test";

beforeAll(() => make("source.db", ...SHAPES));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

engineContract(
  "sqlite",
  async () => {
    return {
      engine,
      source: at("source.db"),
      target: at("target.db"),
      login: null,
      large: at("source.db"),
      contents,
      tool: null,
      dispose: async () => undefined,
    };
  },
  { login: false, tool: false },
);

async function dumped(name: string, test = testIo()) {
  try {
    const dump = await engine.dump(at(name), WHOLE_DUMP, test.io);
    return await collect(dump);
  } finally {
    expect(test.left()).toEqual([]);
    test.dispose();
  }
}

describe("copies of a live database", () => {
  const rows = (name: string) => {
    const database = new Database(file(name), { readonly: true });
    const [a, b] = ["a", "b"].map((table) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
    database.close();
    return { a, b };
  };

  it.each(["WAL", "DELETE"])("are whole and of one instant (%s)", async (mode) => {
    const name = `live-${mode}.db`;
    make(
      name,
      `PRAGMA journal_mode = ${mode}`,
      "CREATE TABLE a (x, pad); CREATE TABLE b (x, pad)",
      `INSERT INTO a ${numbers(40_000)} SELECT i, hex(randomblob(400)) FROM n`,
      "INSERT INTO b SELECT * FROM a",
    );
    const writer = await other(
      name,
      `db.pragma("synchronous = OFF"); const a = db.prepare("INSERT INTO a VALUES (1, hex(randomblob(50)))"); const b = db.prepare("INSERT INTO b VALUES (2, NULL)");
      const both = db.transaction(() => { a.run(); b.run(); }); (function again() { both(); setImmediate(again); })()`,
    );
    try {
      const before = rows(name).a as number;
      for (let round = 0; round < 3; round += 1) {
        const { bytes, facts } = await dumped(name);
        expect(facts.inventory.facts?.integrity).toBe("ok");
        expect(facts.inventory.tables.a).toBe(facts.inventory.tables.b);
        writeFileSync(file("copy.db"), bytes);
        expect(rows("copy.db")).toEqual(facts.inventory.tables);
      }
      const now = rows(name).a as number;
      expect(now).toBeGreaterThan(before);
    } finally {
      await writer.end();
    }
  });

  it("end when they are cancelled, and leave nothing", async () => {
    const abort = new AbortController();
    const test = testIo(abort.signal);
    const dump = await engine.dump(at("source.db"), WHOLE_DUMP, test.io);
    for await (const block of dump.blocks) {
      dump.release(block);
      abort.abort(new Error("cancelled by a person"));
      break;
    }
    await expect(dump.finished).rejects.toThrow("cancelled by a person");
    expect(test.left()).toEqual([]);
    test.dispose();
  });

  it("hold what a write-ahead log holds that nobody has written back", async () => {
    make("log.db", "CREATE TABLE t (x)");
    const writer = await other(
      "log.db",
      `db.pragma("wal_autocheckpoint = 0"); db.exec("INSERT INTO t VALUES (1), (2), (3)"); setInterval(() => {}, 1000)`,
    );
    await writer.end();
    expect(statSync(file("log.db-wal")).size).toBeGreaterThan(0);
    expect((await dumped("log.db")).facts.inventory.tables).toEqual({ t: 3 });
  });
});

describe("sources that cannot be backed up", () => {
  const why = (config: object, change: { allowedRoots?: string[]; ownPaths?: string[] } = {}) => {
    const test = testIo();
    const io = { ...test.io, places: { ...test.io.places, ...change } };
    return Promise.allSettled([engine.probe(config, io), engine.dump(config, WHOLE_DUMP, io).then(collect)])
      .then((results) => {
        expect(test.left()).toEqual([]);
        return results.map((result) => (result.status === "rejected" ? result.reason : "no error"));
      })
      .finally(test.dispose);
  };
  const says = async (said: RegExp, ...given: Parameters<typeof why>) => {
    for (const error of await why(...given)) expect(error.message).toMatch(said);
  };

  it("are told apart", async () => {
    await says(/is not there/, at("nowhere.db"));
    writeFileSync(file("empty.db"), "");
    await says(/is empty/, at("empty.db"));
    writeFileSync(file("text.db"), "not a database at all, but long enough to be one");
    await says(/not an SQLite database, or it is encrypted/, at("text.db"));
    mkdirSync(file("folder.db"));
    await says(/not a regular file/, at("folder.db"));
    execFileSync("mkfifo", [file("pipe.db")]);
    await says(/not a regular file/, at("pipe.db"));
    await says(/outside the folders/, { file_path: "/dev/zero" });
  });

  it("include damaged ones, which fail while they are dumped", async () => {
    make(
      "damaged.db",
      "CREATE TABLE t (x)",
      `INSERT INTO t ${numbers(5000)} SELECT hex(randomblob(50)) FROM n`,
    );
    const bytes = readFileSync(file("damaged.db"));
    bytes.fill(0x5a, 4096 * 20, 4096 * 22);
    writeFileSync(file("damaged.db"), bytes);
    await expect(dumped("damaged.db")).rejects.toMatchObject({
      code: "DUMP_FAILED",
      message: expect.stringMatching(/damaged/),
    });
    truncateSync(file("damaged.db"), 4096 * 3);
    await expect(dumped("damaged.db")).rejects.toMatchObject({ code: "DUMP_FAILED" });
  });

  it("include what lies elsewhere by its real path, or among our own files", async () => {
    make("real.db", "CREATE TABLE t (x)");
    mkdirSync(file("root/own"), { recursive: true });
    mkdirSync(file("root2"));
    symlinkSync(file("real.db"), file("root/link.db"));
    const allowedRoots = [file("root")];
    await says(/outside the folders/, { file_path: file("root/link.db") }, { allowedRoots });
    await says(/outside the folders/, { file_path: file("root2/x.db") }, { allowedRoots });
    execFileSync("cp", [file("real.db"), file("root/own/real.db")]);
    const ownPaths = [file("root/own")];
    await says(/keeps its own data/, { file_path: file("root/own/real.db") }, { allowedRoots, ownPaths });
    const inside = testIo();
    const io = { ...inside.io, places: { allowedRoots, ownPaths: [scratch] } };
    execFileSync("cp", [file("real.db"), file("root/real.db")]);
    expect(await engine.probe({ file_path: file("root/real.db") }, io)).toMatchObject({
      details: { database_size_bytes: 8192 },
    });
    inside.dispose();
  });

  it.each(["relative.db", "/a/../b.db", "/a/./b", "/", "", "/a\nb", "/a\0b", "file:/a"])(
    "refuses the path %j",
    (path) => expect(sqlite.config.safeParse({ file_path: path }).success).toBe(false),
  );

  it("include chosen tables: a copy is whole", async () => {
    const test = testIo();
    const options = { ...WHOLE_DUMP, excludeTables: ["plain"] };
    await expect(engine.dump(at("source.db"), options, test.io)).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ field: "backup_options.exclude_tables" }],
    });
    test.dispose();
  });
});

describe("restores", () => {
  const attempt = async (name: string, bytes: Buffer, change: object = {}) => {
    const test = testIo();
    try {
      return await engine.restore(at(name), inPieces(bytes), { ...RESTORE, ...change }, test.io);
    } finally {
      expect(readdirSync(scratch).filter((entry) => entry.startsWith(".dg-"))).toEqual([]);
      test.dispose();
    }
  };

  it("replace nothing that they were not told to, and nothing by what is damaged", async () => {
    make("kept.db", "CREATE TABLE t (x); INSERT INTO t VALUES ('kept')");
    const before = readFileSync(file("kept.db"));
    const { bytes } = await dumped("source.db");
    await expect(attempt("kept.db", bytes)).rejects.toThrow(/is there already.*not touched/s);
    const broken = Buffer.from(bytes);
    broken.fill(0x33, 4096 * 30, 4096 * 33);
    const refused = attempt("kept.db", broken, { dropExisting: true });
    await expect(refused).rejects.toThrow(/backup is damaged.*not touched/s);
    await expect(attempt("kept.db", Buffer.from("junk"), { dropExisting: true })).rejects.toThrow(
      /backup is not an SQLite database.*not touched/s,
    );
    await expect(attempt("kept.db", bytes, { tables: ["plain"] })).rejects.toMatchObject({
      code: "RESTORE_NOT_SUPPORTED",
    });
    expect(readFileSync(file("kept.db"))).toEqual(before);
  });

  it.each([
    ["an idle connection with a log", `db.prepare("SELECT 1 FROM sqlite_schema").get()`, "WAL"],
    ["an idle connection without one", `db.prepare("SELECT 1 FROM sqlite_schema").get()`, "DELETE"],
    ["a writer", `db.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)")`, "DELETE"],
  ])("leave alone what %s holds open", async (_what, body, mode) => {
    const { bytes } = await dumped("log.db");
    make("used.db", "DROP TABLE IF EXISTS t; CREATE TABLE t (x)", `PRAGMA journal_mode = ${mode}`);
    const user = await other("used.db", `${body}; setInterval(() => {}, 1000)`);
    try {
      await expect(attempt("used.db", bytes, { dropExisting: true })).rejects.toThrow(/in use.*not touched/s);
    } finally {
      await user.end();
    }
    await attempt("used.db", bytes, { dropExisting: true });
    expect(readdirSync(scratch).filter((entry) => entry.startsWith("used.db"))).toEqual(["used.db"]);
    expect(await contents(at("used.db"))).toEqual(await contents(at("log.db")));
  });

  it("leave no old log beside a new database", async () => {
    const { bytes } = await dumped("log.db");
    make("crashed.db", "CREATE TABLE t (x)");
    const writer = await other(
      "crashed.db",
      `db.pragma("wal_autocheckpoint = 0"); db.exec("INSERT INTO t VALUES (9)"); setInterval(() => {}, 1000)`,
    );
    await writer.end();
    expect(existsSync(file("crashed.db-wal"))).toBe(true);
    await attempt("crashed.db", bytes, { dropExisting: true });
    expect(existsSync(file("crashed.db-wal"))).toBe(false);
    expect(await contents(at("crashed.db"))).toEqual(await contents(at("log.db")));
  });

  it("repair a damaged target, and ask for space first", async () => {
    const { bytes } = await dumped("source.db");
    await attempt("damaged.db", bytes, { dropExisting: true });
    expect(await contents(at("damaged.db"))).toEqual(await contents(at("source.db")));
    const huge = Buffer.from(bytes.subarray(0, 4096));
    huge.writeUInt32BE(0xff_ff_ff_f0, 28);
    await expect(attempt("new.db", huge)).rejects.toThrow(/Not enough space.*free.*needed/s);
    expect(existsSync(file("new.db"))).toBe(false);
  });

  it("verify beside the source and take away what they made, and nothing else", async () => {
    const test = testIo();
    const { bytes, facts } = await dumped("source.db");
    const { verification } = sqlite;
    if (verification === undefined) throw new Error("no verification");
    const config = at("source.db");
    const temporary = await verification.createTemporary(config, "dg_verify_x_1", test.io);
    expect(temporary).toEqual(at("dg_verify_x_1.db"));
    await sqlite.restore(temporary, inPieces(bytes), RESTORE, test.io);
    expect(await verification.inventory(temporary, test.io)).toEqual(facts.inventory);
    await verification.dropTemporary(config, "dg_verify_x_1", test.io);
    expect(existsSync(temporary.file_path)).toBe(false);
    for (const name of ["source", "dg_verify_../source", "../dg_verify_x"]) {
      const drop = verification.dropTemporary(config, name, test.io);
      await expect(drop).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    }
    test.dispose();
  });
});
