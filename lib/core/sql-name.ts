const QUOTES: Readonly<Record<string, readonly [open: string, close: string]>> = {
  mysql: ["`", "`"],
  mariadb: ["`", "`"],
  sqlserver: ["[", "]"],
};

/** Where a table lies that is named without its schema. */
const USUAL_SCHEMA: Readonly<Record<string, string>> = { postgres: "public", sqlserver: "dbo" };

/** Words that many tables and columns are named like, and that mean something else without quotes. */
const TAKEN = new Set(
  `all and as asc between by case check column constraint create cross current_user default delete desc distinct
   drop else end except exists false fetch for foreign from full grant group having in index inner insert
   intersect into is join key left like limit natural not null offset on or order outer primary references right
   select session_user set some table then to true union unique update user using values view when where window with`.split(
    /\s+/,
  ),
);

/** A name as a statement of that type of datasource has it, in quotes where it needs them. */
export function sqlName(type: string, name: string): string {
  const plain = type === "postgres" ? /^[a-z_][a-z0-9_]*$/ : /^[A-Za-z_][A-Za-z0-9_]*$/;
  if (plain.test(name) && !TAKEN.has(name.toLowerCase())) return name;
  const [open, close] = QUOTES[type] ?? ['"', '"'];
  return open + name.replaceAll(close, close + close) + close;
}

/** A table's name, with its schema where that is not the usual one. */
export function sqlTable(type: string, table: { schema: string | null; name: string }): string {
  const name = sqlName(type, table.name);
  return table.schema === null || table.schema === USUAL_SCHEMA[type]
    ? name
    : `${sqlName(type, table.schema)}.${name}`;
}
