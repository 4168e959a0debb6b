import { z } from "zod";
import { hostField, nameField, passwordField, portField, tlsFields } from "#lib/engines/with-host-config";

/** Keys as in the contract, section 6. */
export const postgresConfig = z.strictObject({
  host: hostField(),
  port: portField(5432),
  database: nameField("database"),
  username: nameField("user name"),
  password: passwordField().optional(),
  ...tlsFields(),
});

export type PostgresConfig = z.infer<typeof postgresConfig>;
