import { describe } from "vitest";
import { engineContract } from "#lib/engines/contract";
import { EVERYTHING } from "#lib/engines/family-mysql/dataset";
import { serverUrl, underTest } from "#lib/engines/family-mysql/under-test";
import { createMariadbEngine } from "#lib/engines/mariadb";

describe.skipIf(serverUrl === undefined)("TEST_MARIADB_URL (apt-get install mariadb-server)", () => {
  engineContract("mariadb", () => underTest(createMariadbEngine, EVERYTHING));
});
