import type { Stats } from "ssh2";
import { PARTIAL_PREFIX } from "#lib/storage/object-path";
import { NotOffered, STATUS, statusOf } from "#lib/storage/ssh/errors";
import type { Place } from "#lib/storage/ssh/link";
import { lookAt } from "#lib/storage/ssh/root";
import type { SftpSession } from "#lib/storage/ssh/session";
import { StorageError } from "#lib/storage/types";

export interface Publication {
  /** The whole file under its temporary name, and the name it shall get; absolute paths. */
  readonly temporary: string;
  readonly target: string;
  readonly overwrite: boolean;
  /** The answer to an earlier attempt was lost: it may have taken effect. */
  readonly again: boolean;
}

/** Gives a whole file its name, at once; without `overwrite` a taken name is refused. */
export async function publish(place: Place, what: Publication): Promise<void> {
  const { session } = place;
  const { temporary, target, overwrite, again } = what;
  if (again && (await lookAt(session, temporary)) === null && (await lookAt(session, target)) !== null)
    return;
  if (overwrite) return replace(session, temporary, target);
  try {
    await session.call((sftp, done) => sftp.ext_openssh_hardlink(temporary, target, done));
  } catch (error) {
    if (statusOf(error) === undefined && !(error instanceof NotOffered)) throw error;
    const taken = await lookAt(session, target);
    if (taken && !(again && (await isSame(session, temporary, target)))) throw exists(target);
    // A file system without hard links: its rename does not overwrite either, by SFTP's own rule.
    if (!taken) return move(session, temporary, target);
  }
  await session.call((sftp, done) => sftp.unlink(temporary, done));
}

export const exists = (target: string) =>
  new StorageError("permanent", `${target} exists already and is not overwritten.`);

const move = (session: SftpSession, from: string, to: string) =>
  session.call((sftp, done) => sftp.rename(from, to, done));

async function replace(session: SftpSession, temporary: string, target: string): Promise<void> {
  try {
    return await session.call((sftp, done) => sftp.ext_openssh_rename(temporary, target, done));
  } catch (error) {
    if (!(error instanceof NotOffered)) throw error;
  }
  if (!(await lookAt(session, target))) return move(session, temporary, target);
  // Without a rename that replaces, the old file steps aside until the new one has its name.
  const aside = temporary.replace(PARTIAL_PREFIX, `${PARTIAL_PREFIX}old-`);
  await move(session, target, aside);
  try {
    await move(session, temporary, target);
  } catch (error) {
    if (statusOf(error) !== undefined) await move(session, aside, target);
    throw error;
  }
  await session.call((sftp, done) => sftp.unlink(aside, done));
}

/** Whether two names are one file: SFTP shows no inode, so one is touched and the other looked at. */
async function isSame(session: SftpSession, one: string, other: string): Promise<boolean> {
  const before = await timeOf(session, one);
  const mark = Math.floor(before.mtime) - 1;
  if (Math.floor((await timeOf(session, other)).mtime) === mark) return false;
  await session.call((sftp, done) => sftp.utimes(one, before.atime, mark, done));
  const same = (await timeOf(session, other)).mtime === mark;
  await session.call((sftp, done) => sftp.utimes(one, before.atime, before.mtime, done));
  return same;
}

async function timeOf(session: SftpSession, path: string): Promise<Stats> {
  const stats = await lookAt(session, path);
  if (stats) return stats;
  throw Object.assign(new Error("it is gone"), { code: STATUS.noSuchFile });
}
