import type { FilesConfig } from "#lib/engines/files/config";
import { packRequest } from "#lib/engines/files/dump";
import { explainFiles } from "#lib/engines/files/explain";
import { FileThread } from "#lib/engines/files/file-thread";
import type { PackResult } from "#lib/engines/files/pack";
import { removeTree } from "#lib/engines/files/remove-tree";
import type { Verification } from "#lib/engines/types";
import { localPath, verificationPath, verificationPaths } from "#lib/engines/with-local-path";

/** A verification's target is a new directory `dg_verify_…`, walked and hashed again as the source was. */
export const filesVerification: Verification<FilesConfig> = {
  createTemporary: async (config, name, io) => {
    const real = localPath(config.source_path, io, "source_path");
    const path = await verificationPath(real, name, io);
    return { source_path: path, include_patterns: [], exclude_patterns: [] };
  },
  inventory: async (config, io) => {
    try {
      const request = packRequest(config, "fail", io);
      const thread = new FileThread<PackResult>({ work: "walk", request }, io.signal);
      return (await thread.result).inventory;
    } catch (error) {
      io.signal.throwIfAborted();
      throw explainFiles(error, "VERIFICATION_FAILED", config.source_path);
    }
  },
  dropTemporary: async (config, name, io) => {
    const real = localPath(config.source_path, io, "source_path");
    try {
      for (const path of verificationPaths(real, name, io)) await removeTree(path);
    } catch (error) {
      io.signal.throwIfAborted();
      throw explainFiles(error, "VERIFICATION_FAILED", config.source_path);
    }
  },
};
