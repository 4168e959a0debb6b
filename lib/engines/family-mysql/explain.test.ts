import { describe, expect, it } from "vitest";
import { explainMysql } from "#lib/engines/family-mysql/explain";
import { ToolError } from "#lib/streams/process";

const client = (...stderr: string[]) => new ToolError("mysql", { code: 1, signal: null, stderr });

describe("what to do about an error of a restore", () => {
  it.each([
    [
      "ERROR 3105 (HY000) at line 417: The value specified for generated column 'gs' in table 'types' is not allowed.",
      /restore such a backup into MariaDB/,
    ],
    [
      "ERROR 6136 (HY000) at line 93: Value of type 'string, size: 12' cannot be converted to 'vector' type.",
      /by MySQL's client tools/,
    ],
    [
      "ERROR 3546 (HY000) at line 24: @@GLOBAL.GTID_PURGED cannot be changed: the added gtid set must not overlap",
      /--set-gtid-purged=OFF/,
    ],
    [
      "ERROR 1419 (HY000) at line 88: You do not have the SUPER privilege and binary logging is enabled",
      /log_bin_trust_function_creators=1/,
    ],
  ])("%s", (line, advice) => {
    const error = explainMysql(client(line), "RESTORE_FAILED");
    expect(error.code).toBe("RESTORE_FAILED");
    expect(error.message).toMatch(advice);
    expect(error.message).toContain(line);
  });
});

it("says that a client lacks a plug-in, not that the user should log in otherwise", () => {
  const line =
    "mysqldump: Got error: 2059: Authentication plugin 'mysql_native_password' cannot be loaded: " +
    "/usr/lib/mysql/plugin/mysql_native_password.so: cannot open shared object file when trying to connect";
  expect(explainMysql(client(line), "DUMP_FAILED")).toMatchObject({
    code: "CONNECTION_FAILED",
    details: { reason: "auth_failed" },
    message: expect.stringMatching(/lacks the plug-in/),
  });
});
