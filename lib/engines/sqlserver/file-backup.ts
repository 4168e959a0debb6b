import { AppError } from "#lib/core/errors";
import { explainSqlserver } from "#lib/engines/sqlserver/explain";
import type { Dump, DumpFacts, EngineIo, Inventory } from "#lib/engines/types";
import { BlockPool } from "#lib/streams/block-pool";
import { coalesce } from "#lib/streams/coalesce";
import { COMPRESS_CONCURRENCY } from "#lib/streams/compress";
import { passing } from "#lib/streams/passing";

const POOL_BLOCKS = COMPRESS_CONCURRENCY + 2;

/** A way to make a backup that no program can stream: a file is written whole, then read, then removed. */
export interface FileBackup {
  readonly extension: ".bak" | ".bacpac";
  /** The program that writes it, for example "sqlpackage 170.2.70.1"; null for the server itself. */
  readonly tool: string | null;
  /** Where the file will lie: space is needed there. */
  readonly directory: string;
  /** Resolves once the file is whole. `life` is told a number that moves as long as the work goes on. */
  write(signal: AbortSignal, life: (sign: number) => void): Promise<WrittenFile>;
  read(signal: AbortSignal): AsyncIterable<Buffer>;
  /** However it ended; a file that is not there is fine. */
  remove(): Promise<void>;
}

export interface WrittenFile {
  readonly bytes: number;
  /** What a person should know of it; the log has it already. */
  readonly warnings: readonly string[];
}

export interface FileDump {
  readonly backup: FileBackup;
  readonly source: { readonly version: string; readonly bytes: number };
  /** Exact rows of every table, now. */
  readonly count: (signal: AbortSignal) => Promise<Inventory>;
  readonly io: EngineIo;
}

interface Running extends FileDump {
  /** Ends the writing too when the reading fails. */
  readonly stop: AbortController;
  readonly signal: AbortSignal;
  readonly sent: { life: number; bytes: number; over: boolean };
}

/** Writes the file while nobody reads, then streams it. `finished` has removed it, however that ends. */
export function startFileDump(dump: FileDump): Dump {
  const stop = new AbortController();
  const signal = AbortSignal.any([dump.io.signal, stop.signal]);
  const running: Running = { ...dump, stop, signal, sent: { life: 0, bytes: 0, over: false } };
  const { backup, source, sent } = running;
  const pool = new BlockPool(POOL_BLOCKS);
  const written = write(running);
  written.catch(() => undefined);
  const reading = (async function* () {
    await written;
    for await (const block of coalesce(backup.read(signal), pool)) {
      sent.bytes += block.length;
      yield block;
    }
    sent.over = true;
  })();
  const { blocks, passed } = passing(reading, dump.io.signal);
  const finished = finish(running, written, passed);
  finished.catch(() => undefined);
  return {
    extension: backup.extension,
    estimatedBytes: source.bytes,
    blocks,
    release: (block) => pool.release(block),
    received: () => (sent.over ? sent.bytes : Math.max(sent.life, sent.bytes)),
    finished,
  };
}

interface Written extends WrittenFile {
  readonly inventory: Inventory;
}

/**
 * Counts are taken before and after the writing: no other statement can see the instant that a native backup
 * holds, and a .bacpac has none. Where they differ that is told, for a check may find either.
 */
async function write({ backup, count, io, signal, sent }: Running): Promise<Written> {
  const before = await count(signal);
  const file = await backup.write(signal, (sign) => {
    sent.life = sign;
  });
  const inventory = await count(signal);
  const names = Object.keys({ ...before.tables, ...inventory.tables });
  const changed = names.filter((name) => before.tables[name] !== inventory.tables[name]);
  if (changed.length === 0) return { ...file, inventory };
  const warning = changedWarning(changed);
  io.log("warn", warning);
  return { inventory, warnings: [...file.warnings, warning], bytes: file.bytes };
}

const changedWarning = (names: readonly string[]) =>
  `Rows of ${names.slice(0, 10).join(", ")} changed while the backup ran: their recorded counts are those after it, and a verification may find others.`;

/** The writer's success, the file's end and its whole length, all three. */
async function finish(
  running: Running,
  written: Promise<Written>,
  passed: Promise<void>,
): Promise<DumpFacts> {
  const { backup, source, io, stop, sent } = running;
  try {
    const { inventory, bytes, warnings } = await written;
    await passed;
    if (bytes !== sent.bytes) {
      throw new AppError("DUMP_FAILED", `The backup has ${bytes} bytes, but ${sent.bytes} were read.`);
    }
    const counts = Object.values(inventory.tables);
    return {
      databaseVersion: source.version,
      toolVersion: backup.tool ?? `SQL Server ${source.version}`,
      tablesBackedUp: counts.length,
      rowsApproximate: counts.reduce((sum, rows) => sum + rows, 0),
      inventory,
      engineOutput: warnings,
    };
  } catch (error) {
    const known = io.signal.aborted ? io.signal.reason : error;
    stop.abort(known);
    throw explainSqlserver(known, "DUMP_FAILED");
  } finally {
    await written.catch(() => undefined);
    await backup.remove();
  }
}
