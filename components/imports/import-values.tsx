import type { Target } from "#components/restore/restore-values";
import type { ImportInput } from "#lib/features/imports/schema";

/** A datasource to restore an uploaded file into. */
export type ImportTarget = Target & {
  type: string;
  /** How the name of a file for it may end, before the ending of its compression. */
  endings: readonly string[];
};

export type ImportStorage = { id: string; name: string; type: string; isDefault: boolean };

/** The form of an import; keys as on the wire, so that the server's problems find their fields. */
export type ImportValues = {
  file: File | null;
  target_datasource_id: string;
  /** Empty: the default one. */
  storage_location_id: string;
  target_database: string;
  drop_existing: boolean;
  confirmation_phrase: string;
};

export function inputOf(values: ImportValues, target: ImportTarget | undefined): ImportInput {
  const database = target?.severalDatabases ? values.target_database.trim() : "";
  return {
    fileName: values.file?.name ?? "",
    targetDatasourceId: values.target_datasource_id,
    ...(values.storage_location_id ? { storageLocationId: values.storage_location_id } : {}),
    ...(database ? { targetDatabase: database } : {}),
    dropExisting: values.drop_existing,
    confirmationPhrase: values.confirmation_phrase,
  };
}
