import { createFamilyEngine } from "#lib/engines/family-mysql/engine";

/** MySQL by its own mysqldump and mysql, or by MariaDB's where these are missing. */
export const createMysqlEngine = (directories?: readonly string[]) =>
  createFamilyEngine("mysql", directories);

export const mysql = createMysqlEngine();
