import { realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;

/** True where `path` is `root` or lies in it; both must be real paths. */
export function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The real path of the deepest existing ancestor, with the rest appended. */
export function realPathOfMissing(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    return join(realPathOfMissing(dirname(path)), path.slice(dirname(path).length));
  }
}

/** Real paths of what can be resolved; a root that cannot allows nothing. */
export function realPaths(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    try {
      return [realPathOfMissing(path)];
    } catch {
      return [];
    }
  });
}
