import type { Compression } from "#lib/core/backup-options";
import { AppError } from "#lib/core/errors";
import type { DatasourceType } from "#lib/engines/types";

/** What a dump of each type is called (contract, section 6), as our own artifacts and the tools' users do. */
const EXTENSIONS: Record<DatasourceType, readonly `.${string}`[]> = {
  postgres: [".dump", ".tar"],
  mysql: [".sql"],
  mariadb: [".sql"],
  mongodb: [".archive"],
  sqlserver: [".bak", ".bacpac"],
  sqlite: [".db"],
  files: [".tar"],
};

const SUFFIXES: Record<string, Compression> = { zst: "zstd", gz: "gzip", lz4: "lz4" };

export interface UploadName {
  /** The name without its endings. */
  readonly subject: string;
  readonly extension: `.${string}`;
  readonly compression: Compression;
}

/** How the name of a file for a type may end, before the ending of its compression. */
export function uploadEndings(type: string): readonly string[] {
  return EXTENSIONS[type as DatasourceType] ?? [];
}

/** Reads `shop.dump.zst` and the like. INVALID_UPLOAD names the endings that the type can take. */
export function readUploadName(fileName: string, type: DatasourceType): UploadName {
  const name = fileName.trim();
  const packed = /\.(zst|gz|lz4)$/i.exec(name);
  const plain = packed ? name.slice(0, packed.index) : name;
  const extension = EXTENSIONS[type].find((ending) => plain.toLowerCase().endsWith(ending));
  const subject = extension ? plain.slice(0, -extension.length) : "";
  if (extension === undefined || subject === "" || /[/\\\p{Cc}]/u.test(name) || name.length > 255) {
    const endings = EXTENSIONS[type].join(" or ");
    const message = `A file to restore into ${type} is called NAME${endings}, and may end in .zst, .gz or .lz4 besides.`;
    throw new AppError("INVALID_UPLOAD", message, { details: [{ field: "x-file-name", message }] });
  }
  return { subject, extension, compression: SUFFIXES[packed?.[1]?.toLowerCase() ?? ""] ?? "none" };
}
