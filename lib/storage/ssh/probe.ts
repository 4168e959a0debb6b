import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import { PARTIAL_PREFIX } from "#lib/storage/object-path";
import { type ProbePlan, probeSteps } from "#lib/storage/probe-steps";
import { typed } from "#lib/storage/ssh/errors";
import type { SshLink } from "#lib/storage/ssh/link";
import { locate } from "#lib/storage/ssh/root";
import type { SftpSession } from "#lib/storage/ssh/session";
import { freeAt, fullOr } from "#lib/storage/ssh/space";
import { removeFile } from "#lib/storage/ssh/walk";
import { StorageError, type StorageProbe } from "#lib/storage/types";

const TEXT = "probe";

/** Writes, reads, lists, renames and deletes a few bytes in the storage's folder. */
export async function probeSsh(
  link: SshLink,
  list: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<StorageProbe> {
  const name = `${PARTIAL_PREFIX}${randomUUID()}`;
  const renamed = `${name}-renamed`;
  const at = async (file: string) => {
    const { session, root } = await locate(link, "", true);
    return { session, root, path: posix.join(root, file) };
  };
  const write = async () => {
    const { session, root, path } = await at(name);
    await writeText(session, path).catch(async (error) => {
      throw await fullOr(error, link, root, TEXT.length);
    });
  };
  const read = async () => {
    const { session, path } = await at(name);
    const content = await session.call<Buffer>((sftp, done) => sftp.readFile(path, done));
    if (content.toString() !== TEXT)
      throw new StorageError("permanent", "What was written does not come back the same.");
  };
  const rename = async () => {
    const { session, root, path } = await at(name);
    await session.call((sftp, done) => sftp.rename(path, posix.join(root, renamed), done));
  };
  const remove = async (file: string) => {
    const { session, path } = await at(file);
    await removeFile(session, path);
  };
  const available = async () => {
    const { session, root } = await link.place();
    return (await freeAt(session, root))?.bytes ?? null;
  };
  const plan: ProbePlan = [
    ["write", write],
    ["read", read],
    ["list", list],
    ["rename", rename],
    ["delete", () => remove(renamed)],
  ];
  const wrapped = plan.map(
    ([step, run]) => [step, () => typed("probe file", link.name, run as () => Promise<unknown>)] as const,
  );
  const report = await probeSteps(wrapped, signal, available);
  // A probe that failed half-way may leave its file; where that cannot be removed either, the sweeper will.
  if (!report.ok) await Promise.all([name, renamed].map((file) => remove(file).catch(() => undefined)));
  return report;
}

async function writeText(session: SftpSession, path: string): Promise<void> {
  const handle = await session.call<Buffer>((sftp, done) => sftp.open(path, "wx", { mode: 0o600 }, done));
  await session.call((sftp, done) => sftp.write(handle, Buffer.from(TEXT), 0, TEXT.length, 0, done));
  await session.call((sftp, done) => sftp.close(handle, done));
}
