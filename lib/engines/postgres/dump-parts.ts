import type { ToolAccess } from "#lib/engines/postgres/access";
import type { PostgresConfig } from "#lib/engines/postgres/config";
import { type Selection, toPattern } from "#lib/engines/postgres/inventory";
import type { Snapshot } from "#lib/engines/postgres/snapshot";
import type { FoundTool } from "#lib/engines/postgres/tools";
import type { DumpOptions, EngineIo } from "#lib/engines/types";
import type { BlockPool } from "#lib/streams/block-pool";

/** All that a running dump consists of. */
export interface DumpParts {
  readonly config: PostgresConfig;
  readonly snapshot: Snapshot;
  readonly selection: Selection;
  readonly tool: FoundTool;
  readonly access: ToolAccess;
  readonly options: DumpOptions;
  readonly io: EngineIo;
  readonly pool: BlockPool;
  /** Ends the tool and the counting when either fails. */
  readonly stop: AbortController;
}

/** What one way of running pg_dump gives. */
export interface DumpSource {
  readonly blocks: AsyncIterable<Buffer>;
  readonly received: () => number;
  readonly finished: Promise<void>;
  readonly stderr: readonly string[];
}

/** Arguments of both ways. Names are quoted patterns behind `=`: none can be an option or a wildcard. */
export function dumpArguments(parts: DumpParts): string[] {
  const { snapshot, selection } = parts;
  return [
    "--compress=0",
    "--no-password",
    `--snapshot=${snapshot.id}`,
    ...selection.include.map((table) => `--table=${toPattern(table)}`),
    ...selection.exclude.map((table) => `--exclude-table=${toPattern(table)}`),
    ...(selection.include.length > 0 ? ["--strict-names"] : []),
  ];
}

/** The database goes by environment: as an argument libpq would expand a name with `=` or `://` in it. */
export const dumpEnvironment = (parts: DumpParts) => ({
  ...parts.access.env,
  PGDATABASE: parts.config.database,
});
