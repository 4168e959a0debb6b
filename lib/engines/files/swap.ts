import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "#lib/engines/files/remove-tree";
import type { EngineIo } from "#lib/engines/types";

interface Move {
  readonly from: string;
  readonly to: string;
}

/**
 * Puts what `staging`, a folder in `target`, holds in the place of what `target` holds: by renames on one
 * file system, so that no space is needed and a failure can be undone, which it is. `target` itself stays,
 * for it may be a mount point. What was there before comes back as a folder that the caller removes.
 */
export async function swapContents(
  staging: string,
  target: string,
  io: Pick<EngineIo, "log">,
): Promise<{ old: string }> {
  const old = join(target, `.dg-old-${randomUUID()}`);
  const before = (await readdir(target)).map((name) => join(target, name)).filter((path) => path !== staging);
  const after = await readdir(staging);
  await mkdir(old, { mode: 0o700 });
  if (before.length > 0) io.log("info", `What was there is kept in ${old} until all of the backup stands`);
  const moves: Move[] = [
    ...before.map((from) => ({ from, to: join(old, from.slice(target.length + 1)) })),
    ...after.map((name) => ({ from: join(staging, name), to: join(target, name) })),
  ];
  const done: Move[] = [];
  try {
    for (const move of moves) {
      await rename(move.from, move.to);
      done.push(move);
    }
  } catch (error) {
    for (const { from, to } of done.reverse()) await rename(to, from);
    await removeTree(old);
    throw error;
  }
  return { old };
}
