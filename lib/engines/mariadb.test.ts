import { describe } from "vitest";
import { engineContract } from "#lib/engines/contract";
import { everything, MARIADB_10 } from "#lib/engines/family-mysql/dataset";
import { testServer } from "#lib/engines/family-mysql/test-server";
import { clientsOf, underTest } from "#lib/engines/family-mysql/under-test";
import { createMariadbEngine } from "#lib/engines/mariadb";

const server = testServer("mariadb");
const schema = everything("mariadb");
const own = [...MARIADB_10, ...schema];

describe.skipIf(server.url === undefined)(server.title, () => {
  engineContract("mariadb", () => underTest(server, createMariadbEngine, own));
});

const foreign = await clientsOf("mysql");
const title = `${server.title} and clients of MySQL`;
describe.skipIf(server.url === undefined || foreign.size === 0)(title, () => {
  // These cannot tell this server a name beyond ASCII, see family-mysql/misfits.test.ts.
  engineContract("mariadb by MySQL's clients", () =>
    underTest(server, createMariadbEngine, schema, { clients: foreign, ascii: true }),
  );
});
