import type { RestoreInput } from "#lib/features/backups/schema";

/** A datasource to restore into; host and database are null where the person may not see them. */
export type Target = {
  id: string;
  name: string;
  host: string | null;
  database: string | null;
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
  confirmation_phrase: string;
};

/** Any copy will do: the server takes the quickest and falls back to the others. */
export const ANY_COPY = "any";

export function inputOf(executionId: string, values: RestoreValues): RestoreInput {
  const verify = values.mode === "verify";
  return {
    executionId,
    verificationMode: verify,
    ...(values.target_datasource_id ? { targetDatasourceId: values.target_datasource_id } : {}),
    ...(values.storage_location_id === ANY_COPY ? {} : { storageLocationId: values.storage_location_id }),
    dropExisting: verify ? false : values.drop_existing,
    keepVerificationDatabase: verify && values.keep_verification_database,
    tables: verify ? [] : values.tables,
    confirmationPhrase: values.confirmation_phrase,
  };
}
