import { describe } from "vitest";
import { engineContract } from "#lib/engines/contract";
import { EVERYTHING } from "#lib/engines/family-mysql/dataset";
import { serverUrl, underTest } from "#lib/engines/family-mysql/under-test";
import { createMysqlEngine } from "#lib/engines/mysql";

// No registry has a MySQL server; what differs for one (clients, arguments, options) is in family-mysql/choice.test.ts.
describe.skipIf(serverUrl === undefined)("TEST_MARIADB_URL (apt-get install mariadb-server)", () => {
  engineContract("mysql, against MariaDB", () => underTest(createMysqlEngine, EVERYTHING));
});
