import { type ToolAccess, toolAccess } from "#lib/engines/mongodb/access";
import { ArchiveScan } from "#lib/engines/mongodb/archive-scan";
import type { MongodbConfig } from "#lib/engines/mongodb/config";
import { type DumpSource, dumpSource } from "#lib/engines/mongodb/dump-source";
import { explainMongodb } from "#lib/engines/mongodb/explain";
import { archivedInventory } from "#lib/engines/mongodb/inventory";
import { usersDatabases } from "#lib/engines/mongodb/namespaces";
import { PROGRESS, withoutDate } from "#lib/engines/mongodb/tool-words";
import { chooseTool, type FoundTool, nameOf } from "#lib/engines/mongodb/tools";
import type { Dump, DumpFacts, DumpOptions, EngineIo } from "#lib/engines/types";
import { BlockPool } from "#lib/streams/block-pool";
import { COMPRESS_CONCURRENCY } from "#lib/streams/compress";
import { exitAndEnd, passing } from "#lib/streams/passing";
import { type RunningTool, startTool } from "#lib/streams/process";

/** One block for each that is being compressed, one that waits and one that is being filled. */
const POOL_BLOCKS = COMPRESS_CONCURRENCY + 2;

/**
 * One database, or the whole server, as an archive on mongodump's standard output. mongodump takes no snapshot:
 * what was written meanwhile may be in it or not, collection by collection. With the oplog, which it takes of
 * whole servers only, a restore makes a copy of one instant of that. Counts are of the archive itself: exact.
 */
export async function dumpMongodb(
  config: MongodbConfig,
  options: DumpOptions,
  io: EngineIo,
  directories: readonly string[],
): Promise<Dump> {
  let access: ToolAccess | null = null;
  try {
    const source = await dumpSource(config, options, io);
    const tool = await chooseTool("mongodump", directories);
    access = await toolAccess(config, io.tempDirectory);
    io.log("info", `MongoDB ${source.version}, ${nameOf(tool)}, ${source.described}`);
    const pool = new BlockPool(POOL_BLOCKS);
    const running = await startTool({
      file: tool.path,
      args: [
        access.argument,
        "--archive",
        ...(options.parallelJobs > 1 ? [`--numParallelCollections=${options.parallelJobs}`] : []),
        ...source.arguments,
      ],
      env: access.env,
      signal: io.signal,
      stdout: "blocks",
      pool,
      secrets: access.secrets,
      onLine: (line) => logLine(withoutDate(line), io),
    });
    const scan = new ArchiveScan();
    const { blocks, passed } = passing(scan.watch(running.blocks), io.signal);
    const finished = finish({ running, scan, passed, tool, access, source, io });
    finished.catch(() => undefined);
    return {
      extension: ".archive",
      estimatedBytes: source.bytes,
      blocks,
      release: (block) => pool.release(block),
      received: running.received,
      finished,
    };
  } catch (error) {
    await access?.remove();
    io.signal.throwIfAborted();
    throw explainMongodb(error, "DUMP_FAILED");
  }
}

function logLine(line: string, io: EngineIo): void {
  io.log(PROGRESS.test(line) ? "debug" : "warn", line);
}

interface RunningDump {
  readonly running: RunningTool;
  readonly scan: ArchiveScan;
  readonly passed: Promise<void>;
  readonly tool: FoundTool;
  readonly access: ToolAccess;
  readonly source: DumpSource;
  readonly io: EngineIo;
}

/** Exit and stream, both; then the archive must be whole. */
async function finish(dump: RunningDump): Promise<DumpFacts> {
  const { running, scan, tool, source, io } = dump;
  try {
    await exitAndEnd(running, dump.passed);
    scan.assertWhole();
    const entries = scan.oplogEntries();
    if (entries !== null) {
      const meaning = "restored, the backup is a copy of the instant at which the dump ended";
      io.log("info", `Oplog entries: ${entries}; ${meaning}`);
    }
    const inventory = archivedInventory(scan, source.wholeServer);
    const counts = Object.values(inventory.tables);
    return {
      databaseVersion: source.version,
      toolVersion: nameOf(tool),
      tablesBackedUp: counts.length,
      rowsApproximate: counts.reduce((sum, count) => sum + count, 0),
      inventory,
      ...(source.wholeServer && { databases: usersDatabases(scan.prelude?.collections ?? []) }),
      engineOutput: running.stderr.map(withoutDate).filter((line) => !PROGRESS.test(line)),
    };
  } catch (error) {
    throw explainMongodb(io.signal.aborted ? io.signal.reason : error, "DUMP_FAILED");
  } finally {
    await dump.access.remove();
  }
}
