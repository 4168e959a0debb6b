import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, inPieces, testIo, WHOLE_DUMP } from "#lib/engines/contract";
import { createMongodbEngine } from "#lib/engines/mongodb";

const { TEST_MONGODB_URL: url, TEST_MONGODB_TOOLS: tools = "" } = process.env;
/** FerretDB, which reads ten thousand in a second, gets as many as go there and back in about a minute. */
const MANY = { mongodb: 1_000_000, ferretdb: 200_000 };
const BATCH = 25_000;
const TIMEOUT_MS = 600_000;

interface Counted {
  readonly _id: number;
  readonly value: number;
}
const valueFor = (id: number) => (id * 7919) % 1_000_003;

describe.skipIf(!url)(
  "one large collection of MongoDB (install Go, or MongoDB and its Database Tools)",
  () => {
    const engine = createMongodbEngine([tools]);
    const databases = { source: `dg-many_${process.pid}`, target: `dg-many-too_${process.pid}` };
    let client: MongoClient;
    let count: number;
    const collection = (database: string) => client.db(database).collection<Counted>("many");
    const config = (database: string) => {
      const { hostname, port, username, password } = new URL(url ?? "");
      return engine.config.parse({ host: hostname, port: Number(port), username, password, database });
    };

    beforeAll(async () => {
      client = await MongoClient.connect(url ?? "", { directConnection: true });
      const { ferretdbVersion } = await client.db("admin").command({ buildInfo: 1 });
      count = ferretdbVersion === undefined ? MANY.mongodb : MANY.ferretdb;
      for (let at = 0; at < count; at += BATCH) {
        const ids = Array.from({ length: BATCH }, (_, n) => at + n);
        await collection(databases.source).insertMany(ids.map((_id) => ({ _id, value: valueFor(_id) })));
      }
      await collection(databases.source).createIndex({ value: 1 });
    }, TIMEOUT_MS);
    afterAll(async () => {
      for (const name of Object.values(databases)) await client.db(name).dropDatabase();
      await client.close();
    });

    it(
      "comes back equal, each of its documents once",
      async () => {
        const test = testIo();
        const dump = await engine.dump(config(databases.source), WHOLE_DUMP, test.io);
        const { bytes, facts } = await collect(dump);
        expect(facts.inventory.tables).toEqual({ many: count });
        const options = { dropExisting: false, tables: [], parallelJobs: 1, sourceName: databases.source };
        const whole = { ...options, extension: dump.extension };
        await engine.restore(config(databases.target), inPieces(bytes), whole, test.io);
        const seen = new Uint8Array(count);
        let wrong = 0;
        for await (const { _id, value } of collection(databases.target).find({}, { batchSize: BATCH })) {
          seen[_id] = (seen[_id] ?? 0) + 1;
          if (value !== valueFor(_id)) wrong += 1;
        }
        expect(wrong).toBe(0);
        expect(seen.every((times) => times === 1)).toBe(true);
        expect(await collection(databases.target).indexExists("value_1")).toBe(true);
        expect(test.left()).toEqual([]);
        test.dispose();
      },
      TIMEOUT_MS,
    );
  },
);
