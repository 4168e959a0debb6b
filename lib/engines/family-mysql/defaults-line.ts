/**
 * A dump of one database does not say which character set the database gives to new tables. This comment in
 * front of it does; to every client it is one.
 */
export function defaultsLine(characterSet: string, collation: string): string {
  return `-- Defaults of the database: CHARACTER SET ${characterSet} COLLATE ${collation}\n`;
}

const LINE = /^-- Defaults of the database: CHARACTER SET (\w+) COLLATE (\w+)\s*$/;

export function readDefaultsLine(line: string): { characterSet: string; collation: string } | null {
  const [, characterSet, collation] = LINE.exec(line) ?? [];
  return characterSet === undefined || collation === undefined ? null : { characterSet, collation };
}
