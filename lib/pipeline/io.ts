import type { EngineIo, EnginePlaces, LogLevel } from "#lib/engines/types";
import type { StorageAdapter } from "#lib/storage/types";
import type { Progress } from "#lib/streams/meter";

/** What a running pipeline may use of the outside. */
export interface PipelineIo {
  readonly signal: AbortSignal;
  log(level: LogLevel, message: string): void;
  /** An existing private directory; its owner removes it afterwards. */
  readonly tempDirectory: string;
  readonly places: EnginePlaces;
  /** Called at most twice a second. */
  onProgress(progress: Progress): void;
}

export interface StorageTarget {
  readonly storageLocationId: string;
  /** What a person calls it, for the log. */
  readonly name?: string;
  readonly adapter: StorageAdapter;
}

/** What of it an engine is given, with another signal where one is named. */
export function engineIo(io: PipelineIo, signal: AbortSignal = io.signal): EngineIo {
  const { tempDirectory, places } = io;
  return { signal, tempDirectory, places, log: (level, message) => io.log(level, message) };
}
