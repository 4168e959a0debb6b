import { compareVersions, type Flavour, type Version } from "#lib/engines/family-mysql/flavour";

/** What one run of the dump tool shall hold; both lists empty for the whole database. */
export interface Chosen {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Also what the rows of MariaDB's system-versioned tables were before. */
  readonly history: boolean;
}

/**
 * Arguments that follow the option file. A machine's own option files cannot leave rows or tables out by
 * them, or add what drops things on a restore. No name can be an option: all stand behind `--` or `=`.
 * @see https://mariadb.com/kb/en/mariadb-dump/ https://dev.mysql.com/doc/refman/8.4/en/mysqldump.html
 */
export function dumpArguments(tool: Version, server: Flavour, database: string, chosen: Chosen): string[] {
  const whole = chosen.include.length === 0;
  return [
    "--protocol=TCP",
    "--opt",
    "--single-transaction",
    "--skip-lock-tables",
    "--quick",
    whole ? "--routines" : "--skip-routines",
    whole ? "--events" : "--skip-events",
    "--triggers",
    "--hex-blob",
    "--default-character-set=utf8mb4",
    "--max-allowed-packet=1G",
    // Tablespaces belong to the server, and asking for them takes the PROCESS right.
    "--no-tablespaces",
    "--skip-add-drop-table",
    "--skip-add-locks",
    "--comments",
    "--skip-no-data",
    "--skip-no-create-info",
    "--skip-force",
    ...(chosen.history ? ["--dump-history"] : []),
    ...(tool.flavour === "mysql" ? mysqlOnly(tool, server) : []),
    ...chosen.exclude.map((table) => `--ignore-table=${database}.${table}`),
    "--",
    database,
    ...chosen.include,
  ];
}

/**
 * MariaDB does not know the collation in which MySQL's clients from 8 on log in, and falls back to its own; so
 * they must say again what they speak. Dump tools that cannot say it (hence loose) fail at the first odd name.
 */
const NAMES = "init-command=SET NAMES utf8mb4";

/** GTIDs would make a restore need rights and an empty log; statistics are asked of a table that only MySQL 8 has. */
function mysqlOnly(tool: Version, server: Flavour): string[] {
  const from = (version: string) => compareVersions(tool.number, version) >= 0;
  return [
    "--set-gtid-purged=OFF",
    ...(from("8.0.2") ? ["--column-statistics=0"] : []),
    // These belong to the server: a restore of one database would replace what protects the others.
    ...(from("9.7") ? ["--loose-skip-masking-policies"] : []),
    ...(server === "mariadb" ? [`--loose-${NAMES}`] : []),
  ];
}

/**
 * Arguments of the client that reads a dump. `--binary-mode` takes input as it is and knows no commands but
 * `delimiter`: a dump cannot run programs here (`\!`, `system`), and a line that switches a sandbox on is a
 * comment to every client. Comments are kept, or routines would lose theirs.
 */
export function restoreArguments(database: string): string[] {
  return [
    "--protocol=TCP",
    "--batch",
    "--binary-mode",
    "--comments",
    "--local-infile=0",
    "--skip-force",
    "--skip-reconnect",
    "--no-auto-rehash",
    "--connect-timeout=10",
    "--default-character-set=utf8mb4",
    `--${NAMES}`,
    "--max-allowed-packet=1G",
    "--",
    database,
  ];
}
