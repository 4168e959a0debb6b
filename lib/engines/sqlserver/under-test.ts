import { afterEach, beforeEach } from "vitest";
import { testIo } from "#lib/engines/contract";
import { sqlserverConfig } from "#lib/engines/sqlserver/config";
import { type FakeSqlpackage, fakeSqlpackage } from "#lib/engines/sqlserver/fake-sqlpackage";
import type { RestoreOptions } from "#lib/engines/types";

export const SECRET = `p@ss ;"'={}[]% \\ ünï`;

/** Nothing listens on port 1: whatever asks the server fails at once. */
export const BACPAC_CONFIG = sqlserverConfig.parse({
  host: "127.0.0.1",
  port: 1,
  database: `odd ]"'; name`,
  username: 'a "user"',
  password: SECRET,
  backup_method: "bacpac",
});

export const BACPAC_RESTORE: RestoreOptions = {
  dropExisting: true,
  tables: [],
  parallelJobs: 1,
  extension: ".bacpac",
  sourceName: null,
};

/** Gives each test of the file an io of its own that it can abort, and the fakes that it asks for. */
export function sqlpackageTest() {
  let abort: AbortController;
  let test: ReturnType<typeof testIo>;
  let fakes: FakeSqlpackage[];
  beforeEach(() => {
    abort = new AbortController();
    test = testIo(abort.signal);
    fakes = [];
  });
  afterEach(() => {
    test.dispose();
    for (const fake of fakes) fake.remove();
  });
  return {
    get io() {
      return test.io;
    },
    get lines() {
      return test.lines;
    },
    left: () => test.left(),
    abort: (reason: Error) => abort.abort(reason),
    behaving: (behaviour: string): FakeSqlpackage => {
      const fake = fakeSqlpackage(behaviour);
      fakes.push(fake);
      return fake;
    },
  };
}
