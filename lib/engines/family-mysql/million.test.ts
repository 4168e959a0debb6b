import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, inPieces, testIo, WHOLE_DUMP } from "#lib/engines/contract";
import { createFamilyEngine } from "#lib/engines/family-mysql/engine";
import {
  configOf,
  contents,
  createDatabase,
  createUser,
  dropDatabase,
  dropUser,
  serverUrl,
} from "#lib/engines/family-mysql/under-test";

const source = `dg million ${process.pid}`;
const target = `dg million target ${process.pid}`;

describe.skipIf(serverUrl === undefined)("TEST_MARIADB_URL (apt-get install mariadb-server)", () => {
  beforeAll(async () => {
    await createUser();
    await createDatabase(
      source,
      "CREATE TABLE million (id INT PRIMARY KEY, v CHAR(32) NOT NULL, KEY (v))",
      "INSERT INTO million SELECT seq, MD5(seq) FROM seq_1_to_1000000",
    );
  });
  afterAll(async () => {
    await dropDatabase(source);
    await dropDatabase(target);
    await dropUser();
  });

  it.each(["mysql", "mariadb"] as const)("%s: a million rows come back equal", async (type) => {
    const test = testIo();
    const engine = createFamilyEngine(type);
    await createDatabase(target);
    const dump = await engine.dump(configOf(source), WHOLE_DUMP, test.io);
    const { bytes, facts } = await collect(dump);
    expect(facts.inventory.tables).toEqual({ million: 1_000_000 });
    const { extension } = dump;
    const options = { dropExisting: false, tables: [], parallelJobs: 1, extension, sourceName: source };
    await engine.restore(configOf(target), inPieces(bytes), options, test.io);
    expect(await contents(configOf(target))).toEqual(await contents(configOf(source)));
    expect(test.left()).toEqual([]);
    test.dispose();
  });
});
