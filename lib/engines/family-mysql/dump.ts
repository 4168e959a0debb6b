import { type ToolAccess, toolAccess } from "#lib/engines/family-mysql/access";
import { dumpArguments } from "#lib/engines/family-mysql/arguments";
import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { defaultsLine } from "#lib/engines/family-mysql/defaults-line";
import { DumpCounter } from "#lib/engines/family-mysql/dump-counter";
import { explainMysql } from "#lib/engines/family-mysql/explain";
import { type Flavour, mismatch, versionText } from "#lib/engines/family-mysql/flavour";
import { assertNamesArrive, assertRestorable } from "#lib/engines/family-mysql/misfits";
import {
  holdsOwnRows,
  lookAtSource,
  type Selection,
  type SourceLook,
  selectTables,
} from "#lib/engines/family-mysql/source";
import { chooseTool, type FoundTool } from "#lib/engines/family-mysql/tools";
import { holdsHistory, trapsOf } from "#lib/engines/family-mysql/traps";
import type { Dump, DumpFacts, DumpOptions, EngineIo, Inventory } from "#lib/engines/types";
import { BlockPool } from "#lib/streams/block-pool";
import { COMPRESS_CONCURRENCY } from "#lib/streams/compress";
import { exitAndEnd, passing } from "#lib/streams/passing";
import { type RunningTool, startTool } from "#lib/streams/process";

/** One block for each that is being compressed, one that waits and one that is being filled. */
const POOL_BLOCKS = COMPRESS_CONCURRENCY + 2;

interface Running {
  readonly look: SourceLook;
  readonly selection: Selection;
  readonly tool: FoundTool;
  readonly access: ToolAccess;
  readonly io: EngineIo;
  readonly process: RunningTool;
  readonly counter: DumpCounter;
  /** Resolves when the consumer has taken the last block. */
  readonly passed: Promise<void>;
}

/** Looks, chooses, and says all that a person should know; throws where no dump could be whole or restored. */
async function prepare(
  expected: Flavour,
  config: MysqlConfig,
  options: DumpOptions,
  io: EngineIo,
  directories: readonly string[],
): Promise<Pick<Running, "look" | "selection" | "tool"> & { history: boolean }> {
  const look = await lookAtSource(config, io.signal);
  const warn = (message: string) => io.log("warn", message);
  const selection = selectTables(look.tables, config.database, options, warn);
  const tool = await chooseTool("dump", look.version, directories, warn);
  assertRestorable(look, selection, tool);
  assertNamesArrive(
    [config.username, config.database],
    { ...look.version, namesCharset: look.namesCharset },
    tool,
  );
  const history = holdsHistory(look, selection, tool);
  for (const trap of trapsOf(look, selection, history, tool)) warn(trap);
  const differs = mismatch(expected, look.version);
  if (differs !== null) warn(differs);
  return { look, selection, tool, history };
}

/**
 * Streams a plain dump of one consistent snapshot and counts its rows as it passes (see `DumpCounter`). One
 * connection, so `parallelJobs` does not apply.
 */
export async function dumpMysql(
  expected: Flavour,
  config: MysqlConfig,
  options: DumpOptions,
  io: EngineIo,
  directories: readonly string[],
): Promise<Dump> {
  let access: ToolAccess | null = null;
  try {
    const { look, selection, tool, history } = await prepare(expected, config, options, io, directories);
    if (options.parallelJobs > 1)
      io.log("warn", "This type is dumped over one connection; parallel jobs do not apply.");
    access = await toolAccess(config, tool, io.tempDirectory);
    const pool = new BlockPool(POOL_BLOCKS);
    const process = await startTool({
      file: tool.path,
      args: [
        access.optionsArgument,
        ...dumpArguments(tool, look.version.flavour, config.database, { ...selection, history }),
      ],
      env: access.env,
      signal: io.signal,
      stdout: "blocks",
      pool,
      secrets: access.secrets,
      onLine: (line) => io.log("warn", line),
    });
    const count = `${selection.tables.length} table${selection.tables.length === 1 ? "" : "s"} and views`;
    io.log("info", `${versionText(look.version)}, ${tool.name} ${versionText(tool)}, ${count}`);
    const counter = new DumpCounter();
    const preface = Buffer.from(defaultsLine(look.characterSet, look.collation));
    const source = (async function* () {
      yield preface;
      yield* counter.watch(process.blocks);
    })();
    const { blocks, passed } = passing(source, io.signal);
    const finished = finish({
      look,
      selection,
      tool,
      access,
      io,
      process,
      counter,
      passed,
    });
    finished.catch(() => undefined);
    return {
      extension: ".sql",
      estimatedBytes: selection.tables.reduce((sum, table) => sum + table.bytes, 0),
      blocks,
      release: (block) => pool.release(block),
      received: () => preface.length + process.received(),
      finished,
    };
  } catch (error) {
    await access?.remove();
    io.signal.throwIfAborted();
    throw explainMysql(error, "DUMP_FAILED");
  }
}

/** Exit, end of the stream and the dump's last line, all three. */
async function finish(running: Running): Promise<DumpFacts> {
  const { look, selection, tool, access, io, process, counter, passed } = running;
  try {
    await exitAndEnd(process, passed);
    counter.assertWhole();
    const inventory = inventoryOf(counter.rows, selection);
    const counts = Object.values(inventory.tables);
    return {
      databaseVersion: versionText(look.version),
      toolVersion: `${tool.name} ${versionText(tool)}`,
      tablesBackedUp: counts.length,
      rowsApproximate: counts.reduce((sum, count) => sum + count, 0),
      inventory,
      engineOutput: process.stderr,
    };
  } catch (error) {
    throw explainMysql(io.signal.aborted ? io.signal.reason : error, "DUMP_FAILED");
  } finally {
    await access.remove();
  }
}

/** Tables that came or went since we looked are as the dump has them. */
function inventoryOf(rows: ReadonlyMap<string, number>, selection: Selection): Inventory {
  const elsewhere = new Set(
    selection.tables.filter((table) => !holdsOwnRows(table)).map((table) => table.name),
  );
  return { tables: Object.fromEntries([...rows].filter(([name]) => !elsewhere.has(name))) };
}
