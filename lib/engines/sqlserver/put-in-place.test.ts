import { describe, expect, it } from "vitest";
import { putInPlace } from "#lib/engines/sqlserver/put-in-place";
import type { Session } from "#lib/engines/sqlserver/session";

/** Not SQL Server: knows databases by name and contents, and the few statements that are used here. */
class FakeServer {
  readonly databases: Map<string, string>;
  readonly single = new Set<string>();
  /** Statements that fail, each as often as it is in here. */
  readonly fails: string[];

  constructor(databases: Readonly<Record<string, string>>, fails: readonly string[] = []) {
    this.databases = new Map(Object.entries(databases));
    this.fails = [...fails];
  }

  readonly open = <T>(work: (session: Session) => Promise<T>): Promise<T> =>
    work({
      query: async <Row extends object>(sql: string, values: Record<string, unknown> = {}) => {
        if (sql.startsWith("SELECT state_desc")) {
          const there = this.databases.has(String(values.database));
          return (there ? [{ state: "ONLINE" }] : []) as unknown as Row[];
        }
        for (const statement of sql.split("; ")) this.#run(statement);
        return [];
      },
    });

  #run(statement: string): void {
    const failing = this.fails.indexOf(statement);
    if (failing >= 0) {
      this.fails.splice(failing, 1);
      throw new Error(`refused: ${statement}`);
    }
    const [, name = "", what = ""] = /^(?:ALTER|DROP) DATABASE \[(\w+)\](.*)$/.exec(statement) ?? [];
    const contents = this.databases.get(name);
    if (contents === undefined) throw new Error(`no database ${name}`);
    const to = /^ MODIFY NAME = \[(\w+)\]$/.exec(what)?.[1];
    if (what === "") {
      this.databases.delete(name);
      this.single.delete(name);
    } else if (what.startsWith(" SET SINGLE_USER")) this.single.add(name);
    else if (what === " SET MULTI_USER") this.single.delete(name);
    else if (to === undefined || this.databases.has(to)) throw new Error(`cannot: ${statement}`);
    else {
      this.databases.delete(name);
      this.databases.set(to, contents);
      if (this.single.delete(name)) this.single.add(to);
    }
  }
}

const NAMES = { database: "shop", created: "dg_import_1", old: "dg_old_1" };
const state = (server: FakeServer) => [Object.fromEntries(server.databases), [...server.single]];
const run = (server: FakeServer, names: Parameters<typeof putInPlace>[0] = NAMES) => {
  const lines: string[] = [];
  const done = putInPlace(names, server.open, (level, line) => lines.push(`${level} ${line}`));
  return done.then(() => lines);
};

describe("a restored database", () => {
  it("takes the place of the one that was there, open to all", async () => {
    const server = new FakeServer({ shop: "before", dg_import_1: "new" });
    expect(await run(server)).toEqual([]);
    expect(state(server)).toEqual([{ shop: "new" }, []]);
  });

  it("gets its name where none was there", async () => {
    const server = new FakeServer({ dg_import_1: "new" });
    await run(server, { ...NAMES, old: null });
    expect(state(server)).toEqual([{ shop: "new" }, []]);
  });

  it.each([
    "ALTER DATABASE [dg_import_1] SET SINGLE_USER WITH ROLLBACK IMMEDIATE",
    "ALTER DATABASE [shop] SET SINGLE_USER WITH ROLLBACK IMMEDIATE",
    "ALTER DATABASE [shop] MODIFY NAME = [dg_old_1]",
    "ALTER DATABASE [dg_import_1] MODIFY NAME = [shop]",
  ])("is gone, and the one that was there as before, after: %s", async (refused) => {
    const server = new FakeServer({ shop: "before", dg_import_1: "new" }, [refused]);
    const message = expect.stringMatching(/refused.*shop is as it was, but its connections were ended\.$/);
    await expect(run(server)).rejects.toMatchObject({ code: "RESTORE_FAILED", message });
    expect(state(server)).toEqual([{ shop: "before" }, []]);
  });

  it("is gone where none was there before and it cannot get its name", async () => {
    const refused = "ALTER DATABASE [dg_import_1] MODIFY NAME = [shop]";
    const server = new FakeServer({ dg_import_1: "new" }, [refused]);
    await expect(run(server, { ...NAMES, old: null })).rejects.toThrow(/does not now\.$/);
    expect(state(server)).toEqual([{}, []]);
  });

  it("stands although the one that was there cannot be dropped, which is told", async () => {
    const server = new FakeServer({ shop: "before", dg_import_1: "new" }, ["DROP DATABASE [dg_old_1]"]);
    expect(await run(server)).toEqual([expect.stringMatching(/^warn .*still lies in the database dg_old_1/)]);
    expect(server.databases.get("shop")).toBe("new");
  });

  it("is named with the others where nothing could be set right", async () => {
    const fails = [
      "ALTER DATABASE [dg_import_1] MODIFY NAME = [shop]",
      "ALTER DATABASE [dg_old_1] MODIFY NAME = [shop]",
    ];
    const server = new FakeServer({ shop: "before", dg_import_1: "new" }, fails);
    await expect(run(server)).rejects.toThrow(/dg_import_1, and what was there dg_old_1/);
    expect(state(server)).toEqual([{ dg_old_1: "before", dg_import_1: "new" }, ["dg_old_1"]]);
  });
});
