import { AppError } from "#lib/core/errors";
import { checkStored, readPart, verifyArtifact } from "#lib/pipeline/artifact";
import { cancelled } from "#lib/pipeline/backup";
import type { PipelineIo, StorageTarget } from "#lib/pipeline/io";
import { filesOf, findManifest, MANIFEST_NAME, type Manifest } from "#lib/pipeline/manifest";
import type { StoredFile } from "#lib/storage/types";
import { withFallback } from "#lib/storage/with-fallback";

export interface CopyRequest {
  readonly manifest: Manifest;
  /** The same on every storage. */
  readonly directory: string;
  /** In the order in which they are read; the next one takes over where one breaks off. */
  readonly sources: readonly StorageTarget[];
  readonly target: StorageTarget;
}

const nameOf = (target: StorageTarget) => target.name ?? target.storageLocationId;

/**
 * Makes one more whole copy of an artifact: every part is checked while it passes and again where it
 * arrived, the manifest comes last. A copy that lies there whole already is left alone: two storage locations
 * may name one place. What a former attempt left is replaced. On a failure the files that were written, and
 * no others, are removed, and it rejects.
 */
export async function copyArtifact(
  request: CopyRequest,
  io: Pick<PipelineIo, "signal" | "log">,
): Promise<void> {
  const { manifest, directory, target } = request;
  const { signal } = io;
  if (await isWhole(request, signal)) return;
  const sources = request.sources.map((source) => ({ name: nameOf(source), adapter: source.adapter }));
  const adapter = withFallback(sources, (from, to) =>
    io.log("warn", `Storage ${from.name} broke off; going on from ${to.name}`),
  );
  const stored = new Map<string, StoredFile>();
  try {
    for (const part of filesOf(manifest)) {
      const path = `${directory}/${part.file}`;
      const bytes = readPart({ manifest, directory, adapter }, part, { signal });
      stored.set(path, await target.adapter.put(path, bytes, { signal, overwrite: true }));
    }
    await checkStored({ manifest, directory, adapter: target.adapter }, stored, { signal });
    const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
    const once = (async function* () {
      yield text;
    })();
    await target.adapter.put(`${directory}/${MANIFEST_NAME}`, once, { signal, overwrite: true });
  } catch (error) {
    for (const path of stored.keys()) {
      await target.adapter.remove(path).catch((second: unknown) => {
        const why = second instanceof Error ? second.message : "unknown reason";
        io.log("warn", `Could not remove ${path} from ${nameOf(target)}: ${why}`);
      });
    }
    if (signal.aborted) throw cancelled(signal.reason);
    throw error;
  }
}

/** Whether the target holds this very artifact, every byte of it. */
async function isWhole({ manifest, directory, target }: CopyRequest, signal: AbortSignal): Promise<boolean> {
  try {
    const there = await findManifest(target.adapter, directory);
    if (there?.execution_id !== manifest.execution_id || there.checksum !== manifest.checksum) return false;
    await verifyArtifact({ manifest, directory, adapter: target.adapter }, { signal });
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "ARTIFACT_CORRUPT") return false;
    throw error;
  }
}
