import type { Datasource } from "#lib/features/datasources/schema";

/** Host and database of a datasource, as a person would name them; null where it may not be seen. */
export function placeOf(datasource: Datasource | undefined): {
  host: string | null;
  database: string | null;
  /** It names no database, and so stands for all that its server has. */
  wholeServer: boolean;
} {
  const { host, port, database, file_path, source_path } = datasource?.connectionConfig ?? {};
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
  const machine = text(host);
  const named = text(database) ?? text(file_path) ?? text(source_path);
  return {
    host: machine && typeof port === "number" ? `${machine}:${port}` : machine,
    database: named,
    wholeServer: machine !== null && named === null,
  };
}
