import { describe, expect, it } from "vitest";
import { optionFile } from "#lib/engines/family-mysql/access";
import { dumpArguments, restoreArguments } from "#lib/engines/family-mysql/arguments";
import { mysqlConfig } from "#lib/engines/family-mysql/config";
import { clientVersionOf, serverVersionOf, type Version } from "#lib/engines/family-mysql/flavour";
import { bestFit, chooseTool, type FoundTool } from "#lib/engines/family-mysql/tools";

const version = (flavour: Version["flavour"], number: string): Version => ({ flavour, number });
const tool = (flavour: Version["flavour"], number: string): FoundTool => ({
  flavour,
  number,
  name: "mysqldump",
  path: `/${flavour}/${number}`,
});
const config = mysqlConfig.parse({ host: "db", database: "d", username: 'u "\\' });

describe("flavours", () => {
  it.each([
    ["mysqldump  Ver 10.19 Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)", "mariadb", "10.11.19"],
    ["mariadb-dump from 11.4.3-MariaDB, client 10.19 for linux-systemd (x86_64)", "mariadb", "11.4.3"],
    ["mariadb  Ver 15.1 Distrib 10.5.28-MariaDB, for debian-linux-gnu", "mariadb", "10.5.28"],
    ["mysqldump  Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)", "mysql", "8.0.36"],
    ["mysql  Ver 14.14 Distrib 5.7.44, for Linux (x86_64) using  EditLine wrapper", "mysql", "5.7.44"],
    ["mysqldump  Ver 9.7.4-2 for Linux on x86_64 ((Debian))", "mysql", "9.7.4"],
    ["mysqldump  Ver 8.0.35-27 for Linux on x86_64 (Percona Server (GPL))", "mysql", "8.0.35"],
  ])("reads the client %s", (line, flavour, number) => {
    expect(clientVersionOf(line)).toEqual({ flavour, number });
  });

  it("takes no other program for a client", () => {
    expect(clientVersionOf("busybox v1.36")).toBeNull();
    expect(clientVersionOf("")).toBeNull();
  });

  it.each([
    ["10.11.19-MariaDB-0+deb12u1", "Debian 12", "mariadb", "10.11.19"],
    ["5.5.5-10.6.18-MariaDB-log", "", "mariadb", "10.6.18"],
    ["10.11.6", "mariadb.org binary distribution", "mariadb", "10.11.6"],
    ["8.0.36", "MySQL Community Server - GPL", "mysql", "8.0.36"],
    ["9.7.4-2", "(Debian)", "mysql", "9.7.4"],
    ["5.7.mysql_aurora.2.11.4", "MySQL Community Server (GPL)", "mysql", "5.7"],
  ])("reads the server %s %s", (text, comment, flavour, number) => {
    expect(serverVersionOf(text, comment)).toEqual({ flavour, number });
  });
});

describe("the fitting client", () => {
  const all = [
    tool("mariadb", "11.4.3"),
    tool("mariadb", "10.11.19"),
    tool("mysql", "8.4.2"),
    tool("mysql", "5.7.44"),
  ];

  it.each([
    [version("mariadb", "10.11.2"), "/mariadb/10.11.19"],
    [version("mariadb", "10.5.1"), "/mariadb/10.11.19"],
    [version("mariadb", "12.0.1"), "/mariadb/11.4.3"],
    [version("mysql", "8.0.36"), "/mysql/8.4.2"],
    [version("mysql", "5.7.44"), "/mysql/5.7.44"],
    [version("mysql", "9.1.0"), "/mysql/8.4.2"],
  ])("for %o is %s", (server, path) => expect(bestFit(all, server)?.path).toBe(path));

  it("is one of the other flavour where its own is missing", () => {
    expect(bestFit(all.slice(0, 2), version("mysql", "8.0.36"))?.path).toBe("/mariadb/11.4.3");
    expect(bestFit(all.slice(2), version("mariadb", "10.11.2"))?.path).toBe("/mysql/8.4.2");
    expect(bestFit([], version("mysql", "8.0.36"))).toBeNull();
  });

  it.each([
    ["mysql", /apt-get install mysql-client/],
    ["mariadb", /apt-get install mariadb-client/],
  ] as const)("where there is none says how to get one for %s", async (flavour, words) => {
    const choosing = chooseTool("dump", version(flavour, "8.0.36"), ["/nonexistent"], () => undefined);
    await expect(choosing).rejects.toMatchObject({ code: "TOOL_MISSING" });
    await expect(choosing).rejects.toThrow(words);
  });
});

describe("arguments", () => {
  const whole = { include: [], exclude: [], history: false };

  it.each(["mysql", "mariadb"] as const)("of every %s client make one consistent, whole dump", (flavour) => {
    const args = dumpArguments(version(flavour, "8.4.0"), flavour, "-d", whole);
    for (const wanted of ["--single-transaction", "--quick", "--routines", "--triggers", "--events"])
      expect(args).toContain(wanted);
    expect(args).toContain("--hex-blob");
    expect(args).toContain("--default-character-set=utf8mb4");
    expect(args.slice(-2)).toEqual(["--", "-d"]);
  });

  it("know the traps of each client", () => {
    const traps = (of: Version, server: Version["flavour"] = "mysql") =>
      dumpArguments(of, server, "d", whole).filter((arg) =>
        /gtid|column-statistics|init-command|masking/.test(arg),
      );
    expect(traps(version("mysql", "8.4.2"))).toEqual(["--set-gtid-purged=OFF", "--column-statistics=0"]);
    expect(traps(version("mysql", "5.7.44"))).toEqual(["--set-gtid-purged=OFF"]);
    expect(traps(version("mariadb", "10.11.19"))).toEqual([]);
    expect(traps(version("mysql", "9.7.4"))).toContain("--loose-skip-masking-policies");
    expect(traps(version("mysql", "9.7.4"), "mariadb")).toContain("--loose-init-command=SET NAMES utf8mb4");
    expect(restoreArguments("d")).toContain("--init-command=SET NAMES utf8mb4");
  });

  it("take names literally, behind the end of options", () => {
    const args = dumpArguments(version("mariadb", "10.11.19"), "mariadb", "d.b", {
      include: ["--force", "a b"],
      exclude: ["x`y"],
      history: true,
    });
    expect(args.slice(-4)).toEqual(["--", "d.b", "--force", "a b"]);
    expect(args).toContain("--ignore-table=d.b.x`y");
    expect(args).toContain("--skip-routines");
  });

  it("of a restore keep a dump from running anything here", () => {
    expect(restoreArguments("--x").slice(-2)).toEqual(["--", "--x"]);
    expect(restoreArguments("d")).toEqual(
      expect.arrayContaining(["--binary-mode", "--local-infile=0", "--skip-force", "--skip-reconnect"]),
    );
  });
});

describe("the option file", () => {
  it.each([
    [{}, "mariadb", ["skip-ssl"]],
    [{}, "mysql", ["ssl-mode=DISABLED", "get-server-public-key"]],
    [{ ssl_enabled: true }, "mariadb", ["ssl", "skip-ssl-verify-server-cert"]],
    [{ ssl_enabled: true }, "mysql", ["ssl-mode=REQUIRED"]],
  ] as const)("for %o and %s", (change, flavour, lines) => {
    const text = optionFile({ ...config, ...change }, version(flavour, "8.0.36"), null);
    expect(text.trim().split("\n").slice(5)).toEqual(lines);
  });

  it("checks the server's name where a CA is given", () => {
    const secure = { ...config, ssl_enabled: true };
    expect(optionFile(secure, version("mysql", "8.0.36"), "/ca")).toContain(
      'ssl-mode=VERIFY_IDENTITY\nssl-ca="/ca"',
    );
    expect(optionFile(secure, version("mariadb", "10.11.1"), "/ca")).toContain("\nssl-verify-server-cert");
  });

  it("quotes what has a meaning there", () => {
    const text = optionFile({ ...config, password: `#a"b'c\\ d ` }, version("mariadb", "10.11.1"), null);
    expect(text).toContain(`user="u \\"\\\\"\n`);
    expect(text).toContain(`password="#a\\"b'c\\\\ d "\n`);
  });
});
