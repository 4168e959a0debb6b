import { inDirectory } from "#lib/engines/sqlserver/config";
import { quoteName, quoteText } from "#lib/engines/sqlserver/session";

/**
 * COPY_ONLY leaves the server's own chain of differential and log backups alone. `@database` and `@file` are
 * parameters. A message comes for each percent, by which a stall is told.
 */
export const backupStatement = (compression: boolean) =>
  "BACKUP DATABASE @database TO DISK = @file WITH COPY_ONLY, CHECKSUM, FORMAT, INIT, STATS = 1" +
  (compression ? ", COMPRESSION" : "");

export const VERIFY_STATEMENT = "RESTORE VERIFYONLY FROM DISK = @file WITH CHECKSUM";
export const FILE_LIST_STATEMENT = "RESTORE FILELISTONLY FROM DISK = @file";

/** One row of RESTORE FILELISTONLY, as far as it is used. */
export interface BackupFile {
  readonly LogicalName: string;
  /** D = rows, L = log, F = full text, S = file stream or memory-optimized. */
  readonly Type: string;
}

/** Where a restored database's files go. */
export interface Destination {
  readonly dataDirectory: string;
  readonly logDirectory: string;
  /** Distinguishes the files from those of any other restore of the same name. */
  readonly token: string;
}

/** A file name of any database name. */
const safe = (name: string) => name.replace(/[^\p{L}\p{N}_-]/gu, "_").slice(0, 60);

/** A new file for each of the backup's, so that no database's files are ever written over. */
export function moves(database: string, files: readonly BackupFile[], to: Destination): string[] {
  return files.map((file, index) => {
    const log = file.Type === "L";
    const extension = log ? ".ldf" : file.Type === "D" ? (index === 0 ? ".mdf" : ".ndf") : "";
    const name = `${safe(database)}_${to.token}_${index}${extension}`;
    const path = inDirectory(log ? to.logDirectory : to.dataDirectory, name);
    return `MOVE ${quoteText(file.LogicalName)} TO ${quoteText(path)}`;
  });
}

/** `@database` and `@file` are parameters; MOVE takes none. */
export function restoreStatement(
  database: string,
  files: readonly BackupFile[],
  to: Destination,
  replace: boolean,
): string {
  const options = ["CHECKSUM", "RECOVERY", "STATS = 1", ...(replace ? ["REPLACE"] : [])];
  return `RESTORE DATABASE @database FROM DISK = @file WITH ${[...options, ...moves(database, files, to)].join(", ")}`;
}

/** Ends all other connections, so that the database can be replaced or dropped. */
export const claimStatement = (database: string) =>
  `ALTER DATABASE ${quoteName(database)} SET SINGLE_USER WITH ROLLBACK IMMEDIATE`;
export const releaseStatement = (database: string) => `ALTER DATABASE ${quoteName(database)} SET MULTI_USER`;
export const dropStatement = (database: string) => `DROP DATABASE ${quoteName(database)}`;

export const renameStatement = (database: string, name: string) =>
  `ALTER DATABASE ${quoteName(database)} MODIFY NAME = ${quoteName(name)}`;
