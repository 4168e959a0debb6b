import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, inPieces, testIo, WHOLE_DUMP } from "#lib/engines/contract";
import { createFamilyEngine } from "#lib/engines/family-mysql/engine";
import { numbers, SERVERS } from "#lib/engines/family-mysql/test-server";

/** For a million rows there and back on a machine that has other work. */
const TIMEOUT_MS = 600_000;

const source = `dg million ${process.pid}`;
const target = `dg million target ${process.pid}`;

describe.each(SERVERS)("$label: a million rows", (server) => {
  describe.skipIf(server.url === undefined)(server.title, { timeout: TIMEOUT_MS }, () => {
    const types = server.flavour === "mysql" ? ["mysql" as const] : (["mysql", "mariadb"] as const);
    beforeAll(async () => {
      await server.createUser();
      await server.createDatabase(
        source,
        "CREATE TABLE million (id INT PRIMARY KEY, v CHAR(32) NOT NULL, KEY (v))",
        `INSERT INTO million SELECT seq, LEFT(SHA2(seq, 256), 32) FROM ${numbers(server.flavour, 1_000_000)}`,
      );
    }, TIMEOUT_MS);
    afterAll(async () => {
      await server.dropDatabase(source);
      await server.dropDatabase(target);
      await server.dropUser();
    });

    it.each(types)("come back equal to the type %s", async (type) => {
      const test = testIo();
      const engine = createFamilyEngine(type);
      await server.createDatabase(target);
      const dump = await engine.dump(server.config(source), WHOLE_DUMP, test.io);
      const { bytes, facts } = await collect(dump);
      expect(facts.inventory.tables).toEqual({ million: 1_000_000 });
      const { extension } = dump;
      const options = { dropExisting: false, tables: [], parallelJobs: 1, extension, sourceName: source };
      await engine.restore(server.config(target), inPieces(bytes), options, test.io);
      expect(await server.contents(server.config(target))).toEqual(
        await server.contents(server.config(source)),
      );
      expect(test.left()).toEqual([]);
      test.dispose();
    });
  });
});
