import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { MongoClient } from "mongodb";
import { type DirectoryTool, ensureGoTool } from "#e2e/servers/go-tools";
import { until } from "#e2e/servers/until";
import { freePort } from "#lib/db/embedded";
import { DIES_WITH_US } from "#lib/streams/process";

const GO = join(import.meta.dirname, "go");
const INSTALL = "install Go (https://go.dev/dl), which builds it, or MongoDB and its Database Tools";

/** FerretDB; under the name of what stands in for it on machines without Go. */
const SERVER: DirectoryTool = { name: "mongod", directory: join(GO, "ferretdb"), install: INSTALL };
const TOOLS: readonly DirectoryTool[] = ["mongodump", "mongorestore"].map((name) => ({
  name,
  directory: join(GO, "mongo-tools"),
  package: `github.com/mongodb/mongo-tools/${name}/main`,
  install: INSTALL,
}));

export interface MongodbMember {
  /** A root user's. */
  readonly url: string;
  /** The replica set's name. */
  readonly set: string;
  stop(): Promise<void>;
}

export interface MongodbServer {
  /**
   * TEST_MONGODB_URL, TEST_MONGODB_TOOLS and, where the server was built here, TEST_MONGODB_MEMBER and, for it
   * speaks TLS, TEST_MONGODB_TLS_PORT and _CA.
   */
  readonly environment: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * A server that speaks MongoDB's protocol, with authentication, and MongoDB's own tools, under `directory`.
 * Null where Go and MongoDB are both missing; in CI that is an error.
 */
export async function startMongodb(directory: string): Promise<MongodbServer | null> {
  // One after the other: each build already uses every core.
  const program = await ensureGoTool(SERVER);
  const tools = join(directory, "tools");
  await mkdir(tools, { recursive: true });
  await mkdir(join(directory, "data"));
  for (const tool of TOOLS) {
    const built = await ensureGoTool(tool);
    if (built === null) return null;
    await symlink(built, join(tools, tool.name));
  }
  if (program === null) return null;
  const start = isMongod(program) ? startMongod : startFerret;
  const started = await start(program, join(directory, "data"));
  return {
    environment: { ...started.environment, TEST_MONGODB_TOOLS: tools },
    stop: () => stop(program, started),
  };
}

const SET = "dg-set";

/** Whether startMongodbMember can start one. In CI it must: tests that need it fail there, and are not skipped. */
export const hasMongodbMember = process.env.TEST_MONGODB_MEMBER === "built" || process.env.CI === "true";

/** Under the name of MongoDB's own server it is that; what is built here has its version behind. */
const isMongod = (program: string) => basename(program) === "mongod";

async function stop(program: string, { child }: Started): Promise<void> {
  const closed = child.exitCode === null ? once(child, "close") : null;
  child.stdin?.end();
  if (isMongod(program)) child.kill("SIGTERM");
  await closed;
}

/**
 * One more server of its own under `directory`, that calls itself the only member of a replica set, keeps an
 * oplog and can replay one with a fake applyOps (go/ferretdb/fake-replay.go). Throws without FerretDB.
 */
export async function startMongodbMember(directory: string): Promise<MongodbMember> {
  const program = await ensureGoTool(SERVER);
  if (program === null || isMongod(program))
    throw new Error(
      "A MongoDB server with an oplog is missing: install Go (https://go.dev/dl), which builds it.",
    );
  await mkdir(directory, { recursive: true });
  const started = await startFerret(program, directory, SET);
  const url = started.environment.TEST_MONGODB_URL ?? "";
  const client = await MongoClient.connect(url, { directConnection: true });
  // MongoDB has this of its own; without it mongorestore takes users for those of version 2.4.
  const versions = client.db("admin").collection<{ _id: string; currentVersion: number }>("system.version");
  await versions.insertOne({ _id: "authSchema", currentVersion: 5 });
  await client.db("local").createCollection("oplog.rs", { capped: true, size: 100_000_000 });
  await client.close();
  return { url, set: SET, stop: () => stop(program, started) };
}

interface Started {
  readonly child: ChildProcess;
  readonly environment: Record<string, string>;
}

/** It ends when its standard input does, so also when this process dies. */
async function startFerret(program: string, directory: string, set?: string): Promise<Started> {
  const password = randomBytes(12).toString("hex");
  const args = [directory, "root", ...(set === undefined ? [] : [set])];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.write(`${password}\n`);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const [plain = "", tls = ""] = ((await lines.next()).value ?? "").split(" ");
  if (plain === "") throw new Error("The MongoDB test server did not start.");
  return {
    child,
    environment: {
      TEST_MONGODB_URL: `mongodb://root:${password}@${plain}/`,
      TEST_MONGODB_MEMBER: "built",
      TEST_MONGODB_TLS_PORT: tls.split(":")[1] ?? "",
      TEST_MONGODB_CA: await readFile(join(directory, "ca.pem"), "utf8"),
    },
  };
}

async function startMongod(program: string, directory: string): Promise<Started> {
  const password = randomBytes(12).toString("hex");
  const port = await freePort();
  const args = ["--dbpath", directory, "--bind_ip", "127.0.0.1", "--port", String(port), "--auth"];
  const [file = program, ...guarded] = [...DIES_WITH_US, program, ...args];
  const child = spawn(file, guarded, { stdio: "ignore" });
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/`, { directConnection: true });
  const user = { createUser: "root", pwd: password, roles: ["root"] };
  const create = () =>
    client
      .db("admin")
      .command(user)
      .catch(() => null);
  await until("mongod takes its first user", create);
  await client.close();
  return { child, environment: { TEST_MONGODB_URL: `mongodb://root:${password}@127.0.0.1:${port}/` } };
}
