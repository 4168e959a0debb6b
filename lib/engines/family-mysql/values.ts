import type { FieldPacket } from "mysql2";

const BINARY_CHARSET = 63;
const [TINY, SHORT, LONG, FLOAT, DOUBLE, LONGLONG, INT24, YEAR, BIT] = [1, 2, 3, 4, 5, 8, 9, 13, 16];
const [TINY_BLOB, GEOMETRY] = [249, 255];

const NAMES: Readonly<Record<number, string>> = {
  0: "decimal",
  [TINY]: "tinyint",
  [SHORT]: "smallint",
  [LONG]: "int",
  [FLOAT]: "float",
  [DOUBLE]: "double",
  7: "timestamp",
  [LONGLONG]: "bigint",
  [INT24]: "mediumint",
  10: "date",
  11: "time",
  12: "datetime",
  [YEAR]: "year",
  15: "varchar",
  [BIT]: "bit",
  242: "vector",
  245: "json",
  246: "decimal",
  247: "enum",
  248: "set",
  [TINY_BLOB]: "tinytext",
  250: "mediumtext",
  251: "longtext",
  252: "text",
  253: "varchar",
  254: "char",
  [GEOMETRY]: "geometry",
};

const BINARY_NAMES: Readonly<Record<string, string>> = {
  tinytext: "tinyblob",
  mediumtext: "mediumblob",
  longtext: "longblob",
  text: "blob",
  varchar: "varbinary",
  char: "binary",
};

const typeOf = (field: FieldPacket) => field.columnType ?? field.type ?? -1;

/** Types that come as bytes unless they have a character set. */
function isBinary(field: FieldPacket): boolean {
  const type = typeOf(field);
  if (type === BIT || type === GEOMETRY || type === 242) return true;
  return (type === 15 || (type >= TINY_BLOB && type < GEOMETRY)) && field.characterSet === BINARY_CHARSET;
}

/** As close to the column's declaration as the protocol tells. */
export function typeName(field: FieldPacket): string | null {
  const name = NAMES[typeOf(field)];
  if (name === undefined) return null;
  return isBinary(field) ? (BINARY_NAMES[name] ?? name) : name;
}

/** A value as JSON has it: numbers only where they are exact, else text; bytes as "\\x…". */
export function jsonValue(raw: Buffer | null, field: FieldPacket): string | number | null {
  if (raw === null) return null;
  if (isBinary(field)) return `\\x${raw.toString("hex")}`;
  const text = raw.toString("utf8");
  switch (typeOf(field)) {
    case TINY:
    case SHORT:
    case LONG:
    case INT24:
    case YEAR:
    case FLOAT:
    case DOUBLE:
      return Number(text);
    case LONGLONG:
      return Number.isSafeInteger(Number(text)) ? Number(text) : text;
    default:
      return text;
  }
}
