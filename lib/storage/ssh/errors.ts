import { AppError } from "#lib/core/errors";
import { StorageError } from "#lib/storage/types";

/** Status codes of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7). */
export const STATUS = { eof: 1, noSuchFile: 2, permissionDenied: 3, failure: 4 } as const;

/** An extension that this server does not offer. */
export class NotOffered extends Error {}

/** The status by which the server answered a request, or undefined where the error is another one. */
export function statusOf(error: unknown): number | undefined {
  const code = error instanceof Error && !(error instanceof StorageError) ? Reflect.get(error, "code") : null;
  return typeof code === "number" ? code : undefined;
}

/** Words for a server's refusal. OpenSSH answers "Failure" to whatever SFTP has no code for. */
const REASONS: Record<number, string> = {
  [STATUS.permissionDenied]: "the server denies the permission; check owner and mode there",
  [STATUS.failure]: "the server refused without a reason (read-only, quota, disk error, name in use)",
  5: "the server does not accept this name",
  8: "the server does not support this operation",
};

/** Names the path and place, and says how to take the error. */
export async function typed<T>(path: string, place: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined) throw error;
    const missing = path === "" ? `folder ${place}` : `${path} in ${place}`;
    const what = path === "" ? `the ${missing}` : missing;
    if (status === STATUS.noSuchFile)
      throw new StorageError("not-found", `There is no ${missing}.`, { cause: error });
    const why = REASONS[status] ?? (error as Error).message;
    throw new StorageError("permanent", `Cannot use ${what}: ${why}.`, { cause: error });
  }
}

export function explainSsh(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof StorageError && error.fault === "not-found")
    return new AppError("STORAGE_PATH_NOT_FOUND", error.message, { cause: error });
  const message = error instanceof StorageError ? error.message : "The SSH storage cannot be used.";
  return new AppError("STORAGE_UNREACHABLE", message, { cause: error });
}
