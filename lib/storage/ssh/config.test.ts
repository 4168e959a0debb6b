import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { describeFields } from "#lib/core/fields";
import { problemsOf } from "#lib/core/zod-problems";
import { sshConfig } from "#lib/storage/ssh/config";

const folder = mkdtempSync(join(tmpdir(), "dg-keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let serial = 0;
function keyFile(...options: string[]): string {
  serial += 1;
  const file = join(folder, String(serial));
  execFileSync("ssh-keygen", ["-q", "-f", file, ...options]);
  return file;
}
const newKey = (...options: string[]) => readFileSync(keyFile(...options), "utf8");

const base = { host: "backup.example.org", username: "u", remote_path: "backups" };
const fieldsOf = (more: object) => {
  const { error } = sshConfig.safeParse({ ...base, ...more });
  return error ? problemsOf(error, "config").map((problem) => problem.field) : [];
};

describe("private keys", () => {
  const kinds = [
    ["-t", "ed25519"],
    ["-t", "ecdsa"],
    ["-t", "ecdsa", "-b", "521"],
    ["-t", "rsa", "-b", "2048"],
    ["-t", "rsa", "-b", "2048", "-m", "PEM"],
    ["-t", "ecdsa", "-m", "PEM"],
    ["-t", "rsa", "-b", "2048", "-m", "PKCS8"],
  ];
  it.each(kinds.map((kind) => [kind.join(" "), kind] as const))(
    "takes %s, open and encrypted",
    (_name, kind) => {
      const open = newKey(...kind, "-N", "");
      expect(fieldsOf({ private_key: open })).toEqual([]);
      expect(fieldsOf({ private_key: open.replaceAll("\n", "\r\n") })).toEqual([]);
      expect(fieldsOf({ private_key: open.replaceAll("\n", " ") })).toEqual([]);
      const locked = newKey(...kind, "-N", "correct horse");
      expect(fieldsOf({ private_key: locked, passphrase: "correct horse" })).toEqual([]);
      expect(fieldsOf({ private_key: locked, passphrase: "wrong horse" })).toEqual(["config.passphrase"]);
      expect(fieldsOf({ private_key: locked })).toEqual(["config.passphrase"]);
    },
  );

  it("refuses what is none", () => {
    const file = keyFile("-t", "ed25519", "-N", "");
    const whole = readFileSync(file, "utf8");
    const wrong = [
      "",
      "x",
      whole.slice(0, 200),
      whole.replace(/b3BlbnNz/, "AAAAAAAA"),
      readFileSync(`${file}.pub`, "utf8"),
    ];
    for (const key of wrong) expect(fieldsOf({ private_key: key })).toEqual(["config.private_key"]);
  });
});

describe("config", () => {
  it("wants exactly one way to log in", () => {
    const key = newKey("-t", "ed25519", "-N", "");
    expect(fieldsOf({})).toEqual(["config.password"]);
    expect(fieldsOf({ password: "p", private_key: key })).toEqual(["config.private_key"]);
    expect(fieldsOf({ password: "p", passphrase: "x" })).toEqual(["config.passphrase"]);
    expect(fieldsOf({ password: "p" })).toEqual([]);
  });

  it.each([
    ["host", "-oProxyCommand=id"],
    ["host", "a b"],
    ["host", "user@host"],
    ["host", "ssh://host"],
    ["host", "host\n"],
    ["username", ""],
    ["username", "a\nb"],
    ["remote_path", "a/../../b"],
    ["remote_path", "a\0b"],
    ["port", 0],
    ["port", "22"],
    ["host_key", "MD5:aa"],
    ["host_key", "SHA256:short"],
    ["extra", 1],
  ])("refuses %s %j", (field, value) => {
    const named = field === "extra" ? "config.extra" : `config.${field}`;
    expect(fieldsOf({ password: "p", [field]: value })).toEqual([named]);
  });

  it("draws a key in many lines, and the fingerprint openly", () => {
    const specs = Object.fromEntries(describeFields(sshConfig).map((spec) => [spec.name, spec]));
    expect(specs.private_key).toMatchObject({ kind: "textarea", secret: true });
    expect(specs.passphrase).toMatchObject({ kind: "secret", secret: true, required: false });
    expect(specs.host_key).toMatchObject({ kind: "text", secret: false, required: false });
  });
});
