import { describe } from "vitest";
import { engineContract } from "#lib/engines/contract";
import { everything, MARIADB_10, MYSQL_9 } from "#lib/engines/family-mysql/dataset";
import { testServer } from "#lib/engines/family-mysql/test-server";
import { clientsOf, underTest } from "#lib/engines/family-mysql/under-test";
import { createMysqlEngine } from "#lib/engines/mysql";

const [mysql, mariadb] = [testServer("mysql"), testServer("mariadb")];
const own = await clientsOf("mysql");
const foreign = await clientsOf("mariadb");

describe.skipIf(mariadb.url === undefined)(mariadb.title, () => {
  engineContract("mysql, against MariaDB", () =>
    underTest(mariadb, createMysqlEngine, [...MARIADB_10, ...everything("mariadb")]),
  );
});

// What differs in clients, arguments and options is in family-mysql/choice.test.ts, which needs no server.
describe.skipIf(mysql.url === undefined || own.size === 0)(`${mysql.title} and clients of MySQL`, () => {
  engineContract("mysql", () => underTest(mysql, createMysqlEngine, [...everything("mysql"), ...MYSQL_9]));
});

describe.skipIf(mysql.url === undefined || foreign.size === 0)(
  `${mysql.title} and clients of MariaDB`,
  () => {
    engineContract("mysql by MariaDB's clients", () =>
      underTest(mysql, createMysqlEngine, everything("mysql", "mariadb"), { clients: foreign }),
    );
  },
);
