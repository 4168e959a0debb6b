/** Longest path that can be read and written again as a whole (Linux takes 4,096 bytes with its root). */
export const MAX_PATH_BYTES = 3500;

/**
 * True for a symbolic link that, taken literally, points out of the tree that it lies in. `..` counts only at
 * the beginning, where it climbs real folders: after a name it could climb out of another link's target.
 */
export function leadsOut(path: string, target: string): boolean {
  if (target === "" || target.startsWith("/")) return true;
  const parts = target.split("/").filter((part) => part !== "" && part !== ".");
  const climbs = parts.findIndex((part) => part !== "..");
  const up = climbs < 0 ? parts.length : climbs;
  return up > path.split("/").length - 1 || parts.slice(up).includes("..");
}

/** A name for people: without line breaks and control characters, in quotes. */
export function shown(path: string): string {
  return JSON.stringify(path).replace(/\p{Cc}/gu, "?");
}
