import { type ToolAccess, toolAccess } from "#lib/engines/family-mysql/access";
import { dumpArguments } from "#lib/engines/family-mysql/arguments";
import type { MysqlConfig } from "#lib/engines/family-mysql/config";
import { defaultsLine } from "#lib/engines/family-mysql/defaults-line";
import { DumpCounter } from "#lib/engines/family-mysql/dump-counter";
import { explainMysql } from "#lib/engines/family-mysql/explain";
import { type Flavour, mismatch, versionText } from "#lib/engines/family-mysql/flavour";
import {
  holdsOwnRows,
  lookAtSource,
  type Selection,
  type SourceLook,
  selectTables,
} from "#lib/engines/family-mysql/source";
import { chooseTool, type FoundTool } from "#lib/engines/family-mysql/tools";
import type { Dump, DumpFacts, DumpOptions, EngineIo, Inventory } from "#lib/engines/types";
import { BlockPool } from "#lib/streams/block-pool";
import { COMPRESS_CONCURRENCY } from "#lib/streams/compress";
import { type RunningTool, startTool } from "#lib/streams/process";
import { untilAbort } from "#lib/streams/until-abort";

/** One block for each that is being compressed, one that waits and one that is being filled. */
const POOL_BLOCKS = COMPRESS_CONCURRENCY + 2;

/** Table names that one log line lists. */
const NAMES_SHOWN = 20;

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
    const look = await lookAtSource(config, io.signal);
    const warn = (message: string) => io.log("warn", message);
    const selection = selectTables(look.tables, config.database, options, warn);
    const tool = await chooseTool("dump", look.version, directories, warn);
    tellTraps(expected, look, selection, options, warn);
    access = await toolAccess(config, tool, io.tempDirectory);
    const pool = new BlockPool(POOL_BLOCKS);
    const process = await startTool({
      file: tool.path,
      args: [access.optionsArgument, ...dumpArguments(tool, config.database, selection)],
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
    const passed = Promise.withResolvers<void>();
    const preface = Buffer.from(defaultsLine(look.characterSet, look.collation));
    const blocks = (async function* () {
      yield preface;
      yield* counter.watch(process.blocks);
      passed.resolve();
    })();
    const finished = finish({
      look,
      selection,
      tool,
      access,
      io,
      process,
      counter,
      passed: passed.promise,
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

/** What a person should know of this backup although it will succeed. */
function tellTraps(
  expected: Flavour,
  look: SourceLook,
  selection: Selection,
  options: DumpOptions,
  warn: (message: string) => void,
): void {
  const differs = mismatch(expected, look.version);
  if (differs !== null) warn(differs);
  const loose = selection.tables
    .filter((table) => table.kind === "table" && !table.transactional)
    .map((table) => `${table.name} (${table.engine})`);
  if (loose.length > 0) {
    warn(
      `These tables know no transactions, so what is written to them while the dump runs may be half in it: ` +
        `${listed(loose)}. Convert them to InnoDB, or let nobody write meanwhile.`,
    );
  }
  if (!look.mayReadTriggers) {
    warn("The user has no TRIGGER right: triggers cannot be seen and are not part of the backup.");
  }
  const elsewhere = selection.tables.filter((table) => table.kind === "table" && !holdsOwnRows(table));
  if (elsewhere.length > 0) {
    const names = elsewhere.map((table) => `${table.name} (${table.engine})`);
    warn(`Only the definition of these tables is backed up, their rows lie elsewhere: ${listed(names)}.`);
  }
  if (selection.include.length > 0) {
    warn("Tables are named, so routines and events of the database are not part of the backup.");
  }
  if (options.parallelJobs > 1) warn("This type is dumped over one connection; parallel jobs do not apply.");
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return `${names.slice(0, NAMES_SHOWN).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Exit, end of the stream and the dump's last line, all three. */
async function finish(running: Running): Promise<DumpFacts> {
  const { look, selection, tool, access, io, process, counter, passed } = running;
  try {
    await process.finished;
    await untilAbort(passed, io.signal);
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
