import { z } from "zod";
import { absolutePath } from "#lib/engines/with-local-path";

/** Keys as in the contract, section 6. */
export const sqliteConfig = z.strictObject({
  file_path: absolutePath("path of the database file").meta({ placeholder: "/srv/app/data.db" }),
});

export type SqliteConfig = z.infer<typeof sqliteConfig>;
