import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, inPieces, testIo, WHOLE_DUMP } from "#lib/engines/contract";
import { createFamilyEngine } from "#lib/engines/family-mysql/engine";
import { SERVERS, type TestServer } from "#lib/engines/family-mysql/test-server";

const id = process.pid;
const poor = `dg poor ${id}`;
const source = `dg rights ${id}`;
const simple = `dg rights simple ${id}`;
const target = `dg rights target ${id}`;

function suite(server: TestServer): void {
  const { createUser, config } = server;
  const engine = createFamilyEngine(server.flavour);
  const asPoor = (database: string) => config(database, { username: poor });

  async function dumped(of: ReturnType<typeof config>) {
    const test = testIo();
    try {
      const { bytes } = await collect(await engine.dump(of, WHOLE_DUMP, test.io));
      return { bytes, lines: test.lines };
    } finally {
      test.dispose();
    }
  }

  describe.skipIf(server.url === undefined)(server.title, () => {
    beforeAll(async () => {
      await createUser();
      await server.createDatabase(
        source,
        "CREATE TABLE one (id INT)",
        "CREATE VIEW seen AS SELECT * FROM one",
        "CREATE PROCEDURE p() SELECT 1",
      );
      const event = "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM one";
      await server.createDatabase(simple, "CREATE TABLE one (id INT)", event);
      await server.createDatabase(target);
    });
    afterAll(async () => {
      for (const name of [source, simple, target]) await server.dropDatabase(name);
      for (const name of [poor, undefined]) await server.dropUser(name);
    });

    it("needs no more than it says, and then has nothing to warn of", async () => {
      await createUser(poor, `SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON \`${simple}\`.*`);
      const { lines } = await dumped(asPoor(simple));
      expect(lines).toEqual([expect.stringMatching(/^info .*1 table/)]);
    });

    it("says which right is missing for a backup", async () => {
      await createUser(poor, "SELECT, SHOW VIEW ON *.*");
      await expect(dumped(asPoor(simple))).rejects.toThrow(
        /A backup needs SELECT, SHOW VIEW, TRIGGER, EVENT/,
      );
    });

    it("says which right is missing for a restore", async () => {
      const { bytes } = await dumped(config(source));
      await createUser(poor, `ALL ON \`${target}\`.*`);
      const test = testIo();
      const options = {
        dropExisting: false,
        tables: [],
        parallelJobs: 1,
        extension: ".sql",
        sourceName: source,
      };
      const refused = engine.restore(asPoor(target), inPieces(bytes), options, test.io);
      await expect(refused).rejects.toThrow(/\(DEFINER\).*SET USER.*holds a part/s);
      test.dispose();
    });
  });
}

for (const server of SERVERS) suite(server);
