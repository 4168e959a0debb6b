import { describe, expect, it } from "vitest";
import { hasOplog, kindOfServer, serverContents } from "#lib/engines/mongodb/server";
import type { Session } from "#lib/engines/mongodb/session";

const UNAUTHORIZED = Object.assign(new Error("not authorized on admin"), { code: 13 });

/** A fake server: what it answers to a command, and to who looks into its oplog. An Error is thrown. */
function fake(answers: { command?: unknown; oplog?: unknown }): Session {
  const answer = async (value: unknown) => {
    if (value instanceof Error) throw value;
    return value;
  };
  const db = {
    command: () => answer(answers.command),
    collection: () => ({ findOne: () => answer(answers.oplog) }),
  };
  return { db, client: { db: () => db } } as unknown as Session;
}

describe("a server", () => {
  it.each([
    [{ ismaster: true, setName: "rs0" }, "member"],
    [{ ismaster: true, msg: "isdbgrid" }, "router"],
    [{ ismaster: true }, "alone"],
  ])("that answers %o is a %s", async (command, kind) => {
    expect(await kindOfServer(fake({ command }))).toBe(kind);
  });

  it("has an oplog only as a member of a set that keeps one", async () => {
    const member = { setName: "rs0" };
    expect(await hasOplog(fake({ command: member, oplog: { ts: 1 } }))).toBe(true);
    expect(await hasOplog(fake({ command: member, oplog: null }))).toBe(false);
    expect(await hasOplog(fake({ command: { msg: "isdbgrid" }, oplog: { ts: 1 } }))).toBe(false);
  });

  it("is backed up as a whole by nobody who sees only a part of it", async () => {
    const databases = ["b", "admin", "a", "local", "config"].map((name) => ({ name }));
    const whole = { databases: ["a", "b"], sizeOnDisk: 7 };
    expect(await serverContents(fake({ command: { databases, totalSize: 7 } }))).toEqual(whole);
    const refused = { code: "CONNECTION_FAILED", details: { reason: "auth_failed" } };
    await expect(serverContents(fake({ command: UNAUTHORIZED }))).rejects.toMatchObject(refused);
    await expect(serverContents(fake({ command: UNAUTHORIZED }))).rejects.toThrow(
      /all databases.*role backup/,
    );
    const oplog = hasOplog(fake({ command: { setName: "rs0" }, oplog: UNAUTHORIZED }));
    await expect(oplog).rejects.toMatchObject({ ...refused, message: /oplog.*role backup/ });
  });
});
