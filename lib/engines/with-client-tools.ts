import { access, constants, readdir, stat } from "node:fs/promises";
import { delimiter } from "node:path";
import { startTool } from "#lib/streams/process";

/** Names in a folder; none where it is not there. */
export async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

/** The absolute folders of PATH. Engines read nothing from the environment but where programs lie. */
export function pathDirectories(): string[] {
  return (process.env.PATH ?? "").split(delimiter).filter((entry) => entry.startsWith("/"));
}

/** Variables that tell a .NET program where its runtime lies and how it is set up (.NET manual, DOTNET_ROOT). */
export function dotnetVariables(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => name.startsWith("DOTNET_"));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? ""]));
}

/** How a program is asked for its version. */
export interface VersionQuestion {
  readonly argument: string;
  readonly env: Readonly<Record<string, string>>;
}

const USUAL_QUESTION: VersionQuestion = { argument: "--version", env: {} };

/** What a program file said of itself, for as long as the file stays the same one. */
const said = new Map<string, string>();

/** The first line of a program's answer; null where there is no such program or it does not run. */
export async function versionLine(path: string, question = USUAL_QUESTION): Promise<string | null> {
  const file = await stat(path).catch(() => null);
  if (!file?.isFile()) return null;
  const identity = `${path} ${file.ino} ${file.size} ${file.mtimeMs}`;
  const known = said.get(identity);
  if (known !== undefined) return known;
  const line = await askVersion(path, question);
  // One that did not answer may only have been slow: it is asked again.
  if (line !== null) said.set(identity, line);
  return line;
}

/** Null where it does not run, says nothing, or takes too long: for a person it is no tool then. */
async function askVersion(path: string, { argument, env }: VersionQuestion): Promise<string | null> {
  try {
    await access(path, constants.X_OK);
    const signal = AbortSignal.timeout(10_000);
    const tool = await startTool({ file: path, args: [argument], env, signal, stdout: "lines" });
    await tool.finished;
    return tool.output[0] ?? null;
  } catch {
    return null;
  }
}
