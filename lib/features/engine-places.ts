import type { Db } from "#lib/db/client";
import type { EnginePlaces } from "#lib/engines/types";
import { env } from "#lib/env";

/** Where engines may read and write on this machine, and what of it is ours and so never part of a backup. */
export async function enginePlaces(db: Db): Promise<EnginePlaces> {
  const { DATA_DIR, TEMP_DIRECTORY, localRoots } = env();
  const storages = await db.storageLocation.findMany({ where: { type: "local" }, select: { config: true } });
  const roots = storages.flatMap(({ config }) => {
    const path = (config as { path?: unknown }).path;
    return typeof path === "string" ? [path] : [];
  });
  return { allowedRoots: localRoots, ownPaths: [DATA_DIR, TEMP_DIRECTORY, ...roots] };
}
