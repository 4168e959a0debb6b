/** Two servers and two sets of clients that speak one protocol and differ in options and words. */
export type Flavour = "mysql" | "mariadb";

export const FLAVOUR_LABEL: Readonly<Record<Flavour, string>> = { mysql: "MySQL", mariadb: "MariaDB" };

export interface Version {
  readonly flavour: Flavour;
  /** For example "10.11.19". */
  readonly number: string;
}

/** What a server says of itself (`version()`, `@@version_comment`). */
export function serverVersionOf(version: string, comment: string): Version {
  const flavour = /mariadb/i.test(`${version} ${comment}`) ? "mariadb" : "mysql";
  // MariaDB puts "5.5.5-" in front where it must look old to replicas.
  const number = /^(?:5\.5\.5-(?=1\d\.))?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? "0";
  return { flavour, number };
}

/**
 * What the first line of a client's `--version` says, or null. MariaDB's clients name the server they came
 * with; Debian's `mysqldump` is one of them. MySQL's say "Ver 8.0.36", before 8 "Distrib 5.7.44".
 */
export function clientVersionOf(line: string): Version | null {
  const mariadb = /(\d+(?:\.\d+)+)-MariaDB/i.exec(line)?.[1];
  if (mariadb !== undefined) return { flavour: "mariadb", number: mariadb };
  const mysql = (/Distrib (\d+(?:\.\d+)+)/.exec(line) ?? /Ver (\d+(?:\.\d+)+)/.exec(line))?.[1];
  return mysql === undefined ? null : { flavour: "mysql", number: mysql };
}

/** Human text with the flavour, for example "10.11.19 (MariaDB)". */
export const versionText = (version: Version) => `${version.number} (${FLAVOUR_LABEL[version.flavour]})`;

/** Compares "10.11.19" and "8.0" number by number; missing ones count as zero. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What to say where a datasource's type and its server differ: the right client is used all the same. */
export function mismatch(expected: Flavour, server: Version): string | null {
  if (server.flavour === expected) return null;
  return (
    `The datasource is of type ${expected}, but the server is ${FLAVOUR_LABEL[server.flavour]} ${server.number}. ` +
    `Its own client is used; better make a datasource of type ${server.flavour}.`
  );
}
