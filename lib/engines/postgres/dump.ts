import { type ToolAccess, toolAccess } from "#lib/engines/postgres/access";
import type { PostgresConfig } from "#lib/engines/postgres/config";
import { directoryDump } from "#lib/engines/postgres/directory-dump";
import {
  type DumpParts,
  type DumpSource,
  dumpArguments,
  dumpEnvironment,
} from "#lib/engines/postgres/dump-parts";
import { DumpShape } from "#lib/engines/postgres/dump-shape";
import { explainPostgres } from "#lib/engines/postgres/explain";
import { countRows, selectTables } from "#lib/engines/postgres/inventory";
import { openSnapshot, type Snapshot } from "#lib/engines/postgres/snapshot";
import { chooseTool } from "#lib/engines/postgres/tools";
import type { Dump, DumpFacts, DumpOptions, EngineIo } from "#lib/engines/types";
import { BlockPool } from "#lib/streams/block-pool";
import { COMPRESS_CONCURRENCY } from "#lib/streams/compress";
import { exitAndEnd, passing } from "#lib/streams/passing";
import { startTool } from "#lib/streams/process";

/** One block for each that is being compressed, one that waits and one that is being filled. */
const POOL_BLOCKS = COMPRESS_CONCURRENCY + 2;

/**
 * Starts a dump in an exported snapshot and counts every table's rows in that same snapshot meanwhile. With
 * `parallelJobs` over 1 pg_dump writes a directory first, which then comes as a tar.
 */
export async function dumpPostgres(
  config: PostgresConfig,
  options: DumpOptions,
  io: EngineIo,
  directories: readonly string[],
): Promise<Dump> {
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  let snapshot: Snapshot | null = null;
  let access: ToolAccess | null = null;
  try {
    snapshot = await openSnapshot(config, signal);
    const selection = selectTables(snapshot.relations, options, (message) => io.log("warn", message));
    const tool = await chooseTool("pg_dump", snapshot.version.major, directories);
    access = await toolAccess(config, io.tempDirectory);
    const pool = new BlockPool(POOL_BLOCKS);
    const parts = { config, snapshot, selection, tool, access, options, io: { ...io, signal }, pool, stop };
    io.log(
      "info",
      `PostgreSQL ${snapshot.version.text}, pg_dump ${tool.version}, ${counted(selection.tables.length, "table")}`,
    );
    const parallel = options.parallelJobs > 1;
    const source = parallel ? await directoryDump(parts) : await streamDump(parts);
    const finished = finish(parts, source);
    finished.catch(() => undefined);
    return {
      extension: parallel ? ".tar" : ".dump",
      estimatedBytes: snapshot.databaseBytes,
      blocks: source.blocks,
      release: (block) => pool.release(block),
      received: source.received,
      finished,
    };
  } catch (error) {
    await snapshot?.session.close();
    await access?.remove();
    io.signal.throwIfAborted();
    throw explainPostgres(error, "DUMP_FAILED");
  }
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

async function streamDump(parts: DumpParts): Promise<DumpSource> {
  const { tool, access, io, pool, selection } = parts;
  const running = await startTool({
    file: tool.path,
    args: ["--format=custom", ...dumpArguments(parts)],
    env: dumpEnvironment(parts),
    signal: io.signal,
    stdout: "blocks",
    pool,
    secrets: access.secrets,
    onLine: (line) => io.log("warn", line),
  });
  const shape = new DumpShape();
  const { blocks, passed } = passing(shape.watch(running.blocks), io.signal);
  const finished = exitAndEnd(running, passed).then(() => shape.assertWhole(selection.tables.length > 0));
  return { blocks, received: running.received, finished, stderr: running.stderr };
}

/** Exit, stream and counts, all three; the first that fails ends the others. */
async function finish(parts: DumpParts, source: DumpSource): Promise<DumpFacts> {
  const { snapshot, selection, tool, access, io, stop } = parts;
  try {
    const counting = countRows(snapshot.session, selection.tables);
    const [inventory] = await Promise.all([counting, source.finished]);
    const rows = Object.values(inventory.tables).reduce((sum, count) => sum + count, 0);
    return {
      databaseVersion: snapshot.version.text,
      toolVersion: `pg_dump ${tool.version}`,
      tablesBackedUp: selection.tables.length,
      rowsApproximate: rows,
      inventory,
      engineOutput: source.stderr,
    };
  } catch (error) {
    const known = io.signal.aborted ? io.signal.reason : error;
    stop.abort(known);
    throw explainPostgres(known, "DUMP_FAILED");
  } finally {
    await source.finished.catch(() => undefined);
    await snapshot.session.close();
    await access.remove();
  }
}
