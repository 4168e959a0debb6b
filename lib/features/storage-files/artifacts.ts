import type { Db } from "#lib/db/client";
import { Prisma } from "#lib/db/generated/client";
import type { Neighbour } from "#lib/features/storage-files/neighbours";
import { foldersAbove } from "#lib/features/storage-files/storage-path";

/** What the database knows about the entries of one page. Keys are paths on the storage that was asked for. */
export interface PageFacts {
  /** Folders of executions. */
  readonly executions: ReadonlyMap<string, string>;
  /** Numbers of artifacts' files. */
  readonly chunks: ReadonlyMap<string, number>;
  /** Backups below a folder. */
  readonly counts: ReadonlyMap<string, number>;
}

interface PageRow {
  readonly path: string;
  readonly execution_id: string | null;
  readonly chunk_number: number | null;
  readonly backups: number | null;
}

/** A running backup's folder is known before its first byte is stored; its copies are listed at its end. */
const IS_LIVE = Prisma.sql`e.status IN ('queued', 'running') AND e.operation = 'backup'`;

/**
 * Looks up a page's folder, those above it, and its entries, in one query: which of them are folders of
 * executions, which files are their parts, and how many backups lie below each folder.
 */
export async function factsOfPage(
  db: Pick<Db, "$queryRaw">,
  neighbours: readonly Neighbour[],
  page: { path: string; files: readonly string[]; folders: readonly string[] },
): Promise<PageFacts> {
  const above = page.path === "" ? [] : [...foldersAbove(page.path), page.path];
  const folders = asked(neighbours, [...above, ...page.folders]);
  const files = asked(neighbours, page.files);
  const depths = depthsOf(neighbours, page.folders);
  const rows = await db.$queryRaw<PageRow[]>`
    WITH folder AS (
      SELECT * FROM unnest(${folders.storages}::uuid[], ${folders.theirs}::text[], ${folders.ours}::text[])
        AS f(storage_id, theirs, ours)
    ), file AS (
      SELECT * FROM unnest(${files.storages}::uuid[], ${files.theirs}::text[], ${files.ours}::text[])
        AS f(storage_id, theirs, ours)
    ), holder AS (
      SELECT f.ours, f.storage_id, c.execution_id
      FROM folder f JOIN backup_copies c ON c.storage_location_id = f.storage_id AND c.backup_path = f.theirs
      WHERE c.status <> 'removed'
      UNION
      SELECT f.ours, f.storage_id, e.id
      FROM backup_executions e JOIN folder f ON e.metadata->>'directory' = f.theirs
        AND e.metadata->'target_storage_ids' @> to_jsonb(f.storage_id::text)
      WHERE ${IS_LIVE}
    ), counted AS (
      SELECT d.storage_id, array_to_string((string_to_array(c.backup_path, '/'))[1:d.depth], '/') AS theirs,
        count(*) AS backups
      FROM unnest(${depths.map((level) => level.storageLocationId)}::uuid[],
        ${depths.map((level) => level.depth)}::int[]) AS d(storage_id, depth)
        JOIN backup_copies c ON c.storage_location_id = d.storage_id
      WHERE c.status = 'stored' GROUP BY 1, 2
    )
    SELECT ours AS path, execution_id, NULL::int AS chunk_number, NULL::int AS backups FROM holder
    UNION ALL
    SELECT file.ours, NULL, k.chunk_number, NULL
    FROM holder h JOIN backup_chunks k ON k.execution_id = h.execution_id
      JOIN file ON file.storage_id = h.storage_id AND file.theirs = k.file_path
    WHERE h.ours = ${page.path}
    UNION ALL
    SELECT f.ours, NULL, NULL, sum(counted.backups)::int
    FROM folder f JOIN counted ON counted.storage_id = f.storage_id AND counted.theirs = f.theirs
    GROUP BY f.ours`;
  return {
    executions: pairs(rows, (row) => row.execution_id),
    chunks: pairs(rows, (row) => row.chunk_number),
    counts: pairs(rows, (row) => row.backups),
  };
}

function asked(neighbours: readonly Neighbour[], paths: readonly string[]) {
  const rows = neighbours.flatMap(({ storageLocationId, theirs }) =>
    paths.flatMap((ours) => {
      const path = theirs(ours);
      return path === null ? [] : [{ storageLocationId, theirs: path, ours }];
    }),
  );
  return {
    storages: rows.map((row) => row.storageLocationId),
    theirs: rows.map((row) => row.theirs),
    ours: rows.map((row) => row.ours),
  };
}

/** How deep each location's own names of these folders are: copies are counted by that much of their path. */
function depthsOf(neighbours: readonly Neighbour[], folders: readonly string[]) {
  return neighbours.flatMap(({ storageLocationId, theirs }) => {
    const depths = folders.flatMap((folder) => {
      const path = theirs(folder);
      return path === null ? [] : [path === "" ? 0 : path.split("/").length];
    });
    return [...new Set(depths)].map((depth) => ({ storageLocationId, depth }));
  });
}

function pairs<T>(rows: readonly PageRow[], read: (row: PageRow) => T | null): Map<string, T> {
  return new Map(
    rows.flatMap((row): [string, T][] => {
      const value = read(row);
      return value === null ? [] : [[row.path, value]];
    }),
  );
}

/** A backup that a path is part of, or that lies below it. */
export interface Holder {
  readonly id: string;
  readonly jobName: string | null;
  readonly live: boolean;
}

/**
 * Backups that would lose something with this path: those that are listed, and those that are being written.
 * At most five, the newest first. With `within`, only those whose folder is the path or above it.
 */
export async function holdersOf(
  db: Pick<Db, "$queryRaw">,
  neighbours: readonly Neighbour[],
  path: string,
  { within = false }: { within?: boolean } = {},
): Promise<Holder[]> {
  const places = neighbours.flatMap(({ storageLocationId, theirs }) => {
    const own = theirs(path);
    return own === null ? [] : [{ storageLocationId, own, at: [own, ...foldersAbove(own)] }];
  });
  const touches = (folder: Prisma.Sql, own: string, at: string[]) =>
    within
      ? Prisma.sql`${folder} = ANY(${at}::text[])`
      : Prisma.sql`(${own} = '' OR ${folder} = ANY(${at}::text[]) OR starts_with(${folder}, ${`${own}/`}))`;
  const copies = places.map(
    ({ storageLocationId, own, at }) =>
      Prisma.sql`(c.storage_location_id = ${storageLocationId}::uuid AND ${touches(Prisma.sql`c.backup_path`, own, at)})`,
  );
  const live = places.map(
    ({ storageLocationId, own, at }) =>
      Prisma.sql`(e.metadata->'target_storage_ids' @> to_jsonb(${storageLocationId}::text)
        AND ${touches(Prisma.sql`e.metadata->>'directory'`, own, at)})`,
  );
  return db.$queryRaw<Holder[]>`
    SELECT h.id, j.name AS "jobName", h.live FROM (
      SELECT e.id, e.job_id, e.created_at, false AS live
      FROM backup_copies c JOIN backup_executions e ON e.id = c.execution_id
      WHERE c.status = 'stored' AND e.artifact_removed_at IS NULL AND (${Prisma.join(copies, " OR ")})
      UNION
      SELECT e.id, e.job_id, e.created_at, true FROM backup_executions e
      WHERE ${IS_LIVE} AND (${Prisma.join(live, " OR ")})
    ) h LEFT JOIN backup_jobs j ON j.id = h.job_id
    ORDER BY h.created_at DESC LIMIT 5`;
}
