import { readdir } from "node:fs/promises";

/** Every file and folder below `folder`, by its path from there, in order; also while others go. */
export async function namesBelow(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    names.push(entry.name);
    if (!entry.isDirectory()) continue;
    try {
      for (const name of await namesBelow(`${folder}/${entry.name}`)) names.push(`${entry.name}/${name}`);
    } catch (error) {
      // Listed a moment ago and gone by now.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return names.sort();
}
