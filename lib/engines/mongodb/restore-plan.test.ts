import { describe, expect, it } from "vitest";
import type { Prelude } from "#lib/engines/mongodb/archive-scan";
import { mongodbConfig } from "#lib/engines/mongodb/config";
import { planRestore } from "#lib/engines/mongodb/restore-plan";

function archive(names: readonly string[], hasOplog = false): Prelude {
  const collections = names.map((full) => {
    const [database = "", ...name] = full.split(".");
    return { database, name: name.join("."), type: "collection", metadata: "" };
  });
  return { serverVersion: "7.0", toolVersion: "100", hasOplog, collections };
}

const WHOLE = ["admin.system.users", "admin.system.version", "config.settings", "a.one", "a.t*.x", "b.one"];
const OPTIONS = { tables: [], sourceName: "all databases", dropExisting: true };
const plan = (prelude: Prelude, database: string | undefined, options: object = {}) =>
  planRestore(prelude, mongodbConfig.parse({ host: "h", database }), { ...OPTIONS, ...options });
const said = ({ notes }: ReturnType<typeof plan>) => notes.map(({ text }) => text).join("\n");

describe("a whole server's archive", () => {
  it("goes into a server with its oplog, and then with everything", () => {
    const made = plan(archive(WHOLE, true), undefined);
    expect(made).toMatchObject({ arguments: ["--oplogReplay"], replaysOplog: true, hasUsers: true });
    expect([...made.incoming]).toEqual([
      ["a", ["one", "t*.x"]],
      ["b", ["one"]],
    ]);
    expect(said(made)).toMatch(/a, b; collections of the same names are dropped.*replace all.*replayed/s);
    expect(said(plan(archive(WHOLE, true), undefined, { dropExisting: false }))).toMatch(/users.*are added/);
  });

  it("brings no state of a sharded cluster along where it has no oplog", () => {
    const made = plan(archive(WHOLE), "");
    expect(made).toMatchObject({ arguments: ["--nsExclude=config.*"], replaysOplog: false, hasUsers: true });
  });

  it("gives chosen collections by their full names", () => {
    const made = plan(archive(WHOLE, true), undefined, { tables: ["a.t*.x"] });
    expect(made).toMatchObject({ arguments: ["--nsInclude=a.t\\*.x"], hasUsers: false });
    expect([...made.incoming]).toEqual([["a", ["t*.x"]]]);
    expect(said(made)).toMatch(/not replayed/);
    expect(() => plan(archive(WHOLE), undefined, { tables: ["one"] })).toThrow(/does not hold one/);
  });

  it("gives the database of the target's name, and none that has another", () => {
    const made = plan(archive(WHOLE, true), "b");
    expect(made).toMatchObject({ arguments: ["--nsInclude=b.*"], replaysOplog: false, hasUsers: false });
    expect(said(made)).toMatch(/only the database b/);
    expect(() => plan(archive(WHOLE, true), "c")).toThrow(/holds the databases a, b, but none called c/);
  });

  it("goes beside what is there, each database under the name that it is given", () => {
    const made = plan(archive(WHOLE, true), "b", { databases: { a: "t_1", b: "t_2" } });
    expect(made.arguments).toEqual([
      ...["--nsInclude=a.*", "--nsFrom=a.*", "--nsTo=t_1.*"],
      ...["--nsInclude=b.*", "--nsFrom=b.*", "--nsTo=t_2.*"],
    ]);
    expect([...made.incoming.keys()]).toEqual(["t_1", "t_2"]);
  });
});

describe("an archive of one database", () => {
  const one = archive(["a.one", "a.two"]);

  it("goes into the target's under another name, or into a server under its own", () => {
    expect(plan(one, "z", { sourceName: "a" }).arguments).toEqual([
      "--nsInclude=a.*",
      "--nsFrom=a.*",
      "--nsTo=z.*",
    ]);
    const made = plan(one, undefined, { sourceName: "a", tables: ["two"] });
    expect(made).toMatchObject({ arguments: ["--nsInclude=a.two"], replaysOplog: false });
    expect(said(plan(one, "z", { sourceName: "a" }))).toBe("");
  });

  it("is not restored where it holds nothing", () => {
    expect(() => plan(archive([]), undefined)).toThrow(/no collections/);
  });
});
