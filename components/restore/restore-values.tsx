import type { RestoreInput } from "#lib/features/backups/schema";

/** A datasource to restore into; host and database are null where the person may not see them. */
export type Target = {
  id: string;
  name: string;
  host: string | null;
  database: string | null;
  /** Names no database: a backup goes into databases of the names that it holds. */
  wholeServer: boolean;
  /** Its server holds several databases, of which a restore may name one. */
  severalDatabases: boolean;
  /** The backup was taken from here. */
  origin: boolean;
};

/** The form of a restore; keys as on the wire, so that the server's problems find their fields. */
export type RestoreValues = {
  mode: "verify" | "restore";
  target_datasource_id: string;
  storage_location_id: string;
  drop_existing: boolean;
  keep_verification_database: boolean;
  tables: string[];
  target_database: string;
  confirmation_phrase: string;
};

/** Any copy will do: the server takes the quickest and falls back to the others. */
export const ANY_COPY = "any";

/** What a restore writes into where the form names nothing: as the server decides it. */
export function databaseOf(
  target: Target,
  values: Pick<RestoreValues, "target_database">,
  taken: string | null,
): string | null {
  const named = target.severalDatabases ? values.target_database.trim() : "";
  return named || (taken ?? target.database);
}

export function inputOf(
  executionId: string,
  values: RestoreValues,
  target: Target | undefined,
): RestoreInput {
  const verify = values.mode === "verify";
  const database = target?.severalDatabases && !verify ? values.target_database.trim() : "";
  return {
    executionId,
    verificationMode: verify,
    ...(values.target_datasource_id ? { targetDatasourceId: values.target_datasource_id } : {}),
    ...(values.storage_location_id === ANY_COPY ? {} : { storageLocationId: values.storage_location_id }),
    dropExisting: verify ? false : values.drop_existing,
    keepVerificationDatabase: verify && values.keep_verification_database,
    tables: verify ? [] : values.tables,
    ...(database ? { targetDatabase: database } : {}),
    confirmationPhrase: values.confirmation_phrase,
  };
}
