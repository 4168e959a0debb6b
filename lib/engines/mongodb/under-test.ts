import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BSON, type Db, MongoClient } from "mongodb";
import type { EngineUnderTest } from "#lib/engines/contract";
import { createMongodbEngine } from "#lib/engines/mongodb";
import type { Engine } from "#lib/engines/types";

export const url = process.env.TEST_MONGODB_URL;
const tools = process.env.TEST_MONGODB_TOOLS ?? "";
export const tlsPort = process.env.TEST_MONGODB_TLS_PORT;
if (url === undefined && process.env.CI)
  throw new Error("CI needs TEST_MONGODB_URL: a MongoDB root user's URL.");

const SECRET = `p@ss :\\'"/?#%&=$\`~!*(){}[]<>|;,+ ünï ${"x".repeat(5)}`;
const USER = `odd "user' \\ n@me:/?#+ ünï`;
export const id = `${process.pid}`;
const server = new URL(url ?? "mongodb://127.0.0.1/");
export const databases = { source: `dg-source_${id}`, target: `dg-target_${id}`, large: `dg-large_${id}` };
const base = {
  host: server.hostname,
  port: Number(server.port || 27_017),
  username: `${USER} ${id}`,
  password: SECRET,
  auth_source: databases.source,
  srv: false,
  ssl_enabled: false,
};
export const config = (database: string) => ({ ...base, database });
export const engine: Engine = createMongodbEngine([tools]);
export const OPTIONS = { dropExisting: false, tables: [], parallelJobs: 1, extension: ".archive" };

export let client: MongoClient;
let used = 0;

async function connect(): Promise<void> {
  used += 1;
  if (used === 1) client = await new MongoClient(url ?? "", { directConnection: true }).connect();
}

/** The test server knows no roles and every user may do everything; a real one needs the role. */
async function createUser(): Promise<void> {
  const user = { createUser: base.username, pwd: SECRET };
  const source = client.db(databases.source);
  await source
    .command({ ...user, roles: [{ role: "root", db: "admin" }] })
    .catch(() => source.command({ ...user, roles: [] }));
}

export async function createAll(): Promise<void> {
  await connect();
  const source = client.db(databases.source);
  await createUser();
  await source.collection("types").insertMany(everyType());
  for (const name of ["ünï-日本", "*star", "a.b.c", "-dash", "back\\slash", "dg-target"]) {
    await source.collection(name).insertMany([{ n: 1 }, { n: 2, name }]);
  }
  await source.createCollection("empty");
  await source.createCollection("capped", { capped: true, size: 1_000_000, max: 100 });
  await source.collection("users").createIndexes([
    { key: { mail: 1 }, name: "mail_unique", unique: true },
    { key: { age: -1, "address.city": 1 }, name: "compound" },
  ]);
  await source.collection("users").insertMany(
    Array.from({ length: 500 }, (_, n) => ({
      mail: `${n}@example.org`,
      age: n % 90,
      address: { city: "São" },
    })),
  );
  await source.collection<{ _id: string; text: string }>("huge").insertOne({
    _id: "15 MB",
    text: "x".repeat(15 * 1024 * 1024),
  });
}

/** What the test server can hold; the archive's reader is tested with every type of BSON in a file of its own. */
function everyType(): BSON.Document[] {
  const values = {
    double: new BSON.Double(1.5),
    int: new BSON.Int32(3),
    long: BSON.Long.fromString("9007199254740993"),
    oid: new BSON.ObjectId("0123456789abcdef01234567"),
    binary: new BSON.Binary(Buffer.from([0, 255, 1])),
    uuid: new BSON.UUID("00112233-4455-4677-8899-aabbccddeeff"),
    timestamp: new BSON.Timestamp({ t: 1, i: 2 }),
    date: new Date(1),
    regex: /a+/i,
    bool: false,
    text: "ünï 日本 \0 𝄞",
    list: [1, "two", { three: 3 }],
    object: { a: { b: {} } },
  };
  return [...Object.entries(values).map(([kind, value]) => ({ kind, value })), { kind: "null", value: null }];
}

async function createLarge(): Promise<void> {
  const large = client.db(databases.large).collection("big");
  const text = "0123456789".repeat(20);
  for (let at = 0; at < 60_000; at += 10_000) {
    await large.insertMany(Array.from({ length: 10_000 }, (_, n) => ({ n: at + n, text })));
  }
}

export async function dropAll(): Promise<void> {
  used -= 1;
  if (used > 0) return;
  await client.db(databases.source).command({ dropUser: base.username });
  for (const name of Object.values(databases)) await client.db(name).dropDatabase();
  await client.close();
}

export const contents = (of: object) => contentsOf(client.db((of as { database: string }).database));

/** Signed by nobody that signs here: a certificate of its own. */
export const OTHER_CA = `-----BEGIN CERTIFICATE-----
MIIBjjCCATWgAwIBAgIUXXLiokru2zMSbCgBTBvdR7iKOn8wCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRQW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTIxMTg1NDEzWhgP
MjEyNjEwMjgxODU0MTNaMBwxGjAYBgNVBAMMEUFub3RoZXIgYXV0aG9yaXR5MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7dcDSH0YiUR/Bn1UscpRWrq7NvQ0A046
Lpc0qzDLbdBOtIaCTksuUYh2qiOHStH9KMyY/qIcQwT+0vKshRS2B6NTMFEwHQYD
VR0OBBYEFKiC6p7Anl/yTWqxx+QZUC/B9kIKMB8GA1UdIwQYMBaAFKiC6p7Anl/y
TWqxx+QZUC/B9kIKMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIg
XVLjOpcxHgWiLN4ofJEuDsLx5L2R0XJnAorlVMSM9qICIBZ6lC3HBE7dtSfNzibn
hK9MzbYJwe2sQr5ZGlL4S2eJ
-----END CERTIFICATE-----`;

/** An engine whose mongodump is a script around the real one. */
function wrapped(scratch: string, name: string, script: (real: string) => string): Engine {
  const directory = join(scratch, name);
  const real = join(tools, "mongodump");
  mkdirSync(directory, { recursive: true });
  const body = `#!/bin/sh\ncase "$1" in --version) exec ${real} --version;; esac\n${script(real)}\n`;
  writeFileSync(join(directory, "mongodump"), body);
  chmodSync(join(directory, "mongodump"), 0o755);
  return createMongodbEngine([directory]);
}

export async function setup(): Promise<EngineUnderTest> {
  await createAll();
  await createLarge();
  const scratch = mkdtempSync(join(tmpdir(), "dg-tools-"));
  return {
    engine,
    source: config(databases.source),
    target: config(databases.target),
    large: config(databases.large),
    login: { wrongPassword: { ...config(databases.source), password: "wrong" }, secret: SECRET },
    contents,
    tool: {
      exitsThree: wrapped(
        scratch,
        "three",
        (real) => `${real} "$@"; exec 1>&-; echo "out of luck" >&2; exit 3`,
      ),
      truncates: wrapped(scratch, "truncates", (real) => `${real} "$@" | head -c 20000`),
    },
    dispose: async () => {
      await dropAll();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Every document and index of a database, by collection; equal for equal contents. */
export async function contentsOf(db: Db): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    const documents = await db.collection(name).find<Uint8Array>({}, { raw: true }).toArray();
    const indexes = await db.collection(name).indexes();
    found[name] = {
      documents: documents.map((document) => Buffer.from(document).toString("base64")).sort(),
      indexes: indexes.toSorted((a, b) => ((a.name ?? "") < (b.name ?? "") ? -1 : 1)),
    };
  }
  return found;
}
