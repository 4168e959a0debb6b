import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineUnderTest } from "#lib/engines/contract";
import type { Flavour } from "#lib/engines/family-mysql/flavour";
import { large, SECRET, type TestServer, USER } from "#lib/engines/family-mysql/test-server";
import { chooseTool, findTools, toolDirectories } from "#lib/engines/family-mysql/tools";
import type { Engine } from "#lib/engines/types";

/** The clients of one flavour that this machine has, by name. */
export async function clientsOf(flavour: Flavour): Promise<ReadonlyMap<string, string>> {
  const directories = await toolDirectories();
  const found = [...(await findTools("dump", directories)), ...(await findTools("client", directories))];
  return new Map(found.filter((tool) => tool.flavour === flavour).map(({ name, path }) => [name, path]));
}

/** Fills a new directory with links to these alone. */
export function onlyClients(clients: ReadonlyMap<string, string>, directory: string): string {
  mkdirSync(directory, { recursive: true });
  for (const [name, path] of clients) symlinkSync(path, join(directory, name));
  return directory;
}

/** An engine whose dump tool is a script around the real one. */
async function wrapped(
  create: (directories: readonly string[]) => Engine,
  real: string,
  directory: string,
  script: string,
): Promise<Engine> {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "mariadb-dump");
  writeFileSync(file, `#!/bin/sh\ncase "$1" in --version) exec ${real} --version;; esac\n${script}\n`);
  chmodSync(file, 0o755);
  return create([directory]);
}

/** The contract's source, target and tools for one of the two types, with these clients alone. */
export async function underTest(
  server: TestServer,
  create: (directories?: readonly string[]) => Engine,
  schema: readonly string[],
  { clients, ascii = false }: { clients?: ReadonlyMap<string, string>; ascii?: boolean } = {},
): Promise<EngineUnderTest> {
  const named = (name: string) => (ascii ? name.replace(/\P{ASCII}/gu, "u") : name);
  const user = named(USER);
  const scratch = mkdtempSync(join(tmpdir(), "dg-mysql-"));
  const suffix = `${process.pid}`;
  const names = {
    // No quote or backslash: clients cannot dump events of such a database.
    source: named(`dg t=x \`y\` %_* ünï://z. ${suffix}`),
    target: `dg target ${suffix}`,
    large: `dg large ${suffix}`,
  };
  await server.createUser(user);
  await server.createDatabase(names.source, ...schema);
  await server.createDatabase(names.target);
  await server.createDatabase(names.large, ...large(server.flavour));
  const directories = clients && [onlyClients(clients, join(scratch, "clients"))];
  const places = directories ?? (await toolDirectories());
  const version = { flavour: server.flavour, number: "0" };
  const { path: real } = await chooseTool("dump", version, places, () => undefined);
  const broken = (name: string, script: string) => wrapped(create, real, join(scratch, name), script);
  const config = (database: string) => server.config(database, { username: user });
  return {
    engine: create(directories),
    source: config(names.source),
    target: config(names.target),
    large: config(names.large),
    login: { wrongPassword: { ...config(names.source), password: "wrong" }, secret: SECRET },
    contents: server.contents,
    tool: {
      exitsThree: await broken("three", `${real} "$@"; exec 1>&-; echo "out of luck" >&2; exit 3`),
      truncates: await broken("truncates", `${real} "$@" | head -c 3000`),
    },
    dispose: async () => {
      for (const name of Object.values(names)) await server.dropDatabase(name);
      await server.dropUser(user);
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
