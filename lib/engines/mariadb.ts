import { createFamilyEngine } from "#lib/engines/family-mysql/engine";

/** MariaDB by its own mariadb-dump and mariadb, or by MySQL's where these are missing. */
export const createMariadbEngine = (directories?: readonly string[]) =>
  createFamilyEngine("mariadb", directories);

export const mariadb = createMariadbEngine();
