import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#lib/core/errors";
import {
  type DumpParts,
  type DumpSource,
  dumpArguments,
  dumpEnvironment,
} from "#lib/engines/postgres/dump-parts";
import { coalesce } from "#lib/streams/coalesce";
import { exitAndEnd, passing } from "#lib/streams/passing";
import { startTool } from "#lib/streams/process";
import { needSpace, packDirectory } from "#lib/streams/tar";

/**
 * pg_dump with several jobs: it can only write a directory, so this one goes through the temp directory. Space
 * for the whole database is asked for first; the directory is removed however it ends.
 */
export async function directoryDump(parts: DumpParts): Promise<DumpSource> {
  const { tool, access, io, pool, options, snapshot } = parts;
  const directory = join(access.directory, "dump");
  try {
    await needSpace(access.directory, snapshot.databaseBytes, "write a parallel dump");
  } catch (error) {
    throw new AppError("DUMP_FAILED", error instanceof Error ? error.message : "No space.", { cause: error });
  }
  const running = await startTool({
    file: tool.path,
    args: [
      "--format=directory",
      `--jobs=${options.parallelJobs}`,
      `--file=${directory}`,
      ...dumpArguments(parts),
    ],
    env: dumpEnvironment(parts),
    signal: io.signal,
    stdout: "ignore",
    secrets: access.secrets,
    onLine: (line) => io.log("warn", line),
  });
  let written = 0;
  let packed = 0;
  const timer = setInterval(() => {
    sizeOf(directory).then((bytes) => {
      written = bytes;
    });
  }, 1000);
  const packing = (async function* () {
    try {
      await running.finished.finally(() => clearInterval(timer));
      for await (const block of coalesce(packDirectory(directory, io.signal), pool)) {
        packed += block.length;
        yield block;
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  })();
  const { blocks, passed } = passing(packing, io.signal);
  const finished = exitAndEnd(running, passed);
  return { blocks, received: () => written + packed, finished, stderr: running.stderr };
}

/** Bytes of the files so far: none before the tool has made the directory. */
async function sizeOf(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(directory, name)).then(
        (s) => s.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
