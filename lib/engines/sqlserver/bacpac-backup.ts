import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#lib/core/errors";
import { wholeBacpac } from "#lib/engines/sqlserver/bacpac-file";
import type { SqlserverConfig } from "#lib/engines/sqlserver/config";
import type { FileBackup } from "#lib/engines/sqlserver/file-backup";
import { runSqlpackage } from "#lib/engines/sqlserver/run-sqlpackage";
import { exportParameters } from "#lib/engines/sqlserver/sqlpackage-parameters";
import { chooseSqlpackage } from "#lib/engines/sqlserver/sqlpackage-tool";
import type { EngineIo } from "#lib/engines/types";

const PIECE_BYTES = 1024 * 1024;

const NOT_ONE_INSTANT =
  "A .bacpac is read table by table: it is one consistent state only if nothing was written to the database meanwhile.";

/** sqlpackage's Export, into a directory of its own in the temp directory. Throws TOOL_MISSING. */
export async function bacpacBackup(
  config: SqlserverConfig,
  io: EngineIo,
  directories: readonly string[],
): Promise<FileBackup> {
  const tool = await chooseSqlpackage(directories);
  const directory = await mkdtemp(join(io.tempDirectory, "bacpac-"));
  const file = join(directory, "database.bacpac");
  return {
    extension: ".bacpac",
    tool: `sqlpackage ${tool.version}`,
    directory,
    write: async (signal, life) => {
      io.log("info", NOT_ONE_INSTANT);
      const parameters = exportParameters(config, file);
      const run = { tool, config, parameters, directory, signal, log: io.log, life };
      const said = await runSqlpackage({ ...run, fallback: "DUMP_FAILED" });
      const bytes = await wholeBacpac(file);
      if (bytes === null) {
        const message = "sqlpackage reported success, but the .bacpac that it wrote is missing or not whole.";
        throw new AppError("DUMP_FAILED", message);
      }
      return { bytes, warnings: [NOT_ONE_INSTANT, ...said] };
    },
    async *read(signal) {
      const stream = createReadStream(file, { highWaterMark: PIECE_BYTES, signal });
      for await (const piece of stream) yield piece as Buffer;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
