import { execFile, type SpawnOptions } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A command wrapped so that it runs as somebody who may run a PostgreSQL server. */
export interface Launch {
  readonly file: string;
  readonly args: string[];
  readonly options: SpawnOptions;
}

/** Who runs the server's programs: nobody in particular, or a user that root steps down to. */
export interface ServerUser {
  readonly ids: { uid: number; gid: number } | null;
  /** Whether that user may walk to `path`. */
  reaches(path: string): Promise<boolean>;
  /**
   * Wraps a command. `paths` are the files that it must be able to reach. Where this process dies, the kernel
   * (of Linux) sends it `atOurEnd`: INT, PostgreSQL's fast end, unless it heeds another signal.
   */
  launch(file: string, args: string[], paths: string[], atOurEnd?: "INT" | "KILL"): Promise<Launch>;
}

/**
 * PostgreSQL refuses to run as root. Where this process is root, its programs run as the owner of
 * `directory` if that exists, else as the system user `postgres`, which is added where it is missing.
 */
export async function serverUser(directory: string): Promise<ServerUser> {
  const ids = process.getuid?.() === 0 ? ((await ownerOf(directory)) ?? (await postgresIds())) : null;
  const setpriv =
    process.platform === "linux" ? await firstRunnable(["/usr/bin/setpriv", "/bin/setpriv"]) : null;
  return {
    ids,
    reaches: async (path) => !ids || (await unreachable([path], ids)) === null,
    launch: async (file, args, paths, atOurEnd = "INT") => {
      const flags = setpriv ? ["--pdeathsig", atOurEnd] : [];
      if (!ids) return wrapped(setpriv, flags, file, args, {});
      if (!(await unreachable([file, ...paths], ids))) {
        if (!setpriv) return { file, args, options: ids };
        return wrapped(setpriv, [...flags, ...identity(ids)], file, args, {});
      }
      if (!setpriv) throw new Error(closedDoor((await unreachable([file, ...paths], ids)) ?? file));
      // A checkout or DATA_DIR below /root is closed to others; this lets the server walk in, not write.
      const walk = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"];
      return wrapped(setpriv, [...flags, ...identity(ids), ...walk], file, args, {});
    },
  };
}

function identity(ids: { uid: number; gid: number }): string[] {
  return ["--reuid", String(ids.uid), "--regid", String(ids.gid), "--clear-groups"];
}

function wrapped(
  setpriv: string | null,
  flags: string[],
  file: string,
  args: string[],
  options: SpawnOptions,
): Launch {
  if (!setpriv) return { file, args, options };
  return { file: setpriv, args: [...flags, "--", file, ...args], options };
}

function closedDoor(path: string): string {
  return `The user that runs the embedded PostgreSQL cannot reach ${path}: open that directory (chmod o+x) or set DATA_DIR elsewhere.`;
}

/** Null for a directory that is not there yet, or is root's. */
async function ownerOf(directory: string): Promise<{ uid: number; gid: number } | null> {
  const found = await stat(directory).catch(() => null);
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : null;
}

async function postgresIds(): Promise<{ uid: number; gid: number }> {
  const known = await idsOf("postgres");
  if (known) return known;
  await run("useradd", ["--system", "--user-group", "--no-create-home", "postgres"]).catch(() =>
    run("adduser", ["-S", "-D", "-H", "postgres"]),
  );
  const added = await idsOf("postgres");
  if (!added)
    throw new Error("Cannot add the system user postgres, which the embedded PostgreSQL needs to run.");
  return added;
}

/** Null where the system knows no such user. */
async function idsOf(name: string): Promise<{ uid: number; gid: number } | null> {
  try {
    const [uid, gid] = await Promise.all([run("id", ["-u", name]), run("id", ["-g", name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}

/** The first directory above one of `paths` that the user may not walk through, or null. */
async function unreachable(paths: string[], ids: { uid: number; gid: number }): Promise<string | null> {
  for (const path of paths) {
    for (let parent = dirname(path); ; parent = dirname(parent)) {
      // What is not there yet will be made, with the right owner.
      const found = await stat(parent).catch(() => null);
      if (found) {
        const bit = found.uid === ids.uid ? 0o100 : found.gid === ids.gid ? 0o010 : 0o001;
        if ((found.mode & bit) === 0) return parent;
      }
      if (parent === dirname(parent)) break;
    }
  }
  return null;
}

async function firstRunnable(files: string[]): Promise<string | null> {
  for (const file of files) {
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return null;
}
