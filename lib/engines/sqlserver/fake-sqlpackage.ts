import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zip } from "#lib/streams/zip";

/** What the fake saw when it was started. */
export interface FakeCall {
  readonly argv: readonly string[];
  /** Of the response file. */
  readonly text: string;
  readonly mode: number;
  readonly directoryMode: number;
  readonly env: Readonly<Record<string, string>>;
  readonly ca: string | null;
}

export interface FakeSqlpackage {
  /** The folder in which it is called sqlpackage. */
  readonly directory: string;
  /** Null as long as it was not started. */
  call(): FakeCall | null;
  remove(): void;
}

export const FAKE_VERSION = "170.9.9.9";

/** A small archive with the members of a .bacpac. */
export async function smallBacpac(): Promise<Buffer> {
  const entries = async function* () {
    for (const name of ["model.xml", "Origin.xml", "Data/dbo.t/TableData-000-00000.BCP"]) {
      const bytes = Buffer.from(`<${name}/>`.repeat(400));
      const open = async () =>
        (async function* () {
          yield bytes;
        })();
      yield { name, modifiedAt: new Date(0), sizeBytes: bytes.length, open };
    }
  };
  const parts: Uint8Array[] = [];
  for await (const part of zip(entries())) parts.push(part);
  return Buffer.concat(parts);
}

/**
 * Not sqlpackage: a script that notes how it was called and then does what `behaviour` says, which may use
 * `fs`, `target` (the file to export to), `scratch` (TMPDIR), `say` and `complain`.
 */
export function fakeSqlpackage(behaviour: string): FakeSqlpackage {
  const directory = mkdtempSync(join(tmpdir(), "dg-fake-sqlpackage-"));
  const record = join(directory, "call.json");
  const script = join(directory, "fake-sqlpackage");
  const bin = join(directory, "bin");
  mkdirSync(bin);
  writeFileSync(
    script,
    `#!${process.execPath}
const fs = require("node:fs");
const path = require("node:path");
const argv = process.argv.slice(2);
if (argv[0] === "/Version") {
  console.log("${FAKE_VERSION}");
  process.exit(0);
}
const file = argv[0].slice(1);
const text = fs.readFileSync(file, "utf8");
const { SSL_CERT_FILE: ca, TMPDIR: scratch } = process.env;
const bits = (of) => fs.statSync(of).mode & 0o777;
const call = {
  argv, text, mode: bits(file), directoryMode: bits(path.dirname(file)), env: process.env,
  ca: ca ? fs.readFileSync(ca, "utf8") : null,
};
fs.writeFileSync(${JSON.stringify(`${record}.new`)}, JSON.stringify(call));
fs.renameSync(${JSON.stringify(`${record}.new`)}, ${JSON.stringify(record)});
const target = /"\\/TargetFile:(.*)"/.exec(text)?.[1];
const say = (line) => fs.writeSync(1, line + "\\n");
const complain = (line) => fs.writeSync(2, line + "\\n");
${behaviour}
`,
  );
  chmodSync(script, 0o755);
  symlinkSync(script, join(bin, "sqlpackage"));
  return {
    directory: bin,
    call: () => (existsSync(record) ? (JSON.parse(readFileSync(record, "utf8")) as FakeCall) : null),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
