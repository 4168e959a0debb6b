import { basename } from "node:path";
import { type FilesConfig, filesConfig } from "#lib/engines/files/config";
import { dumpFiles } from "#lib/engines/files/dump";
import { explainFiles } from "#lib/engines/files/explain";
import { probeFiles } from "#lib/engines/files/probe";
import { restoreFiles } from "#lib/engines/files/restore";
import { filesVerification } from "#lib/engines/files/verification";
import type { Engine } from "#lib/engines/types";

/** Directories and files on this machine, as a tar that every tool reads. */
export const files: Engine<FilesConfig> = {
  type: "files",
  label: "Files",
  config: filesConfig,
  subject: (config) => basename(config.source_path),
  probe: async (config, io) => {
    try {
      return await probeFiles(config, io);
    } catch (error) {
      io.signal.throwIfAborted();
      throw explainFiles(error, "CONNECTION_FAILED", config.source_path);
    }
  },
  dump: dumpFiles,
  choices: ["unreadable"],
  restore: restoreFiles,
  explain: (error) => explainFiles(error),
  tools: async () => [],
  verification: filesVerification,
};
