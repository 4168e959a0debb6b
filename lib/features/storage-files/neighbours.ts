import { posix } from "node:path";
import type { Db } from "#lib/db/client";
import type { StorageLocation as Row } from "#lib/db/generated/client";
import { placeOf } from "#lib/features/storage-locations/open-storage";

/** A storage location whose artifacts can lie under the paths of another one: itself, a twin, one inside or around it. */
export interface Neighbour {
  readonly storageLocationId: string;
  /** What this location calls a path of ours: "" for all of its own, null where it has no part in it. */
  theirs(path: string): string | null;
}

/** The location itself and all others of its type that share its place, wholly or in part. */
export async function neighboursOf(
  db: Pick<Db, "storageLocation">,
  row: Pick<Row, "id" | "type" | "config">,
): Promise<Neighbour[]> {
  const others = await db.storageLocation.findMany({
    where: { type: row.type, id: { not: row.id } },
    select: { id: true, config: true },
    orderBy: { id: "asc" },
  });
  const ours = placeOf(row.config);
  const found = others.flatMap(({ id, config }): Neighbour[] => {
    const place = placeOf(config);
    if (place.service !== ours.service) return [];
    const theirs = translation(cleaned(ours.root), cleaned(place.root));
    return theirs ? [{ storageLocationId: id, theirs }] : [];
  });
  return [{ storageLocationId: row.id, theirs: (path) => path }, ...found];
}

function translation(ours: string, theirs: string): Neighbour["theirs"] | null {
  if (ours === theirs) return (path) => path;
  if (isBelow(theirs, ours)) {
    const inner = cut(theirs, ours);
    return (path) => {
      if (path === "" || path === inner || isBelow(inner, path)) return "";
      return isBelow(path, inner) ? cut(path, inner) : null;
    };
  }
  if (isBelow(ours, theirs)) {
    const outer = cut(ours, theirs);
    return (path) => (path === "" ? outer : `${outer}/${path}`);
  }
  return null;
}

const cleaned = (root: string) => posix.normalize(`/${root}`).replace(/\/+$/, "");
const isBelow = (path: string, folder: string) => path.startsWith(`${folder}/`);
const cut = (path: string, folder: string) => path.slice(folder.length + 1);
