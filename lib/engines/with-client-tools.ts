import { access, constants, readdir, stat } from "node:fs/promises";
import { delimiter } from "node:path";
import { startTool } from "#lib/streams/process";

/** Names in a folder; none where it is not there. */
export async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

/** The absolute folders of PATH: the one thing that engines read from the environment, for where programs lie. */
export function pathDirectories(): string[] {
  return (process.env.PATH ?? "").split(delimiter).filter((entry) => entry.startsWith("/"));
}

/** What a program file said of itself, for as long as the file stays the same one. */
const said = new Map<string, string | null>();

/** The first line of `path --version`; null where there is no such program or it does not run. */
export async function versionLine(path: string): Promise<string | null> {
  const file = await stat(path).catch(() => null);
  if (!file?.isFile()) return null;
  const identity = `${path} ${file.ino} ${file.size} ${file.mtimeMs}`;
  const known = said.get(identity);
  if (known !== undefined) return known;
  const line = await askVersion(path);
  said.set(identity, line);
  return line;
}

async function askVersion(path: string): Promise<string | null> {
  try {
    await access(path, constants.X_OK);
    const signal = AbortSignal.timeout(10_000);
    const tool = await startTool({ file: path, args: ["--version"], env: {}, signal, stdout: "lines" });
    await tool.finished;
    return tool.output[0] ?? null;
  } catch {
    return null;
  }
}
