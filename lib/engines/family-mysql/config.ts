import { z } from "zod";
import { hostField, nameField, passwordField, portField, tlsFields } from "#lib/engines/with-host-config";

/** Keys as in the contract, section 6. Passwords are as long as a line of an option file allows. */
export const mysqlConfig = z.strictObject({
  host: hostField(),
  port: portField(3306),
  database: nameField("database"),
  username: nameField("user name"),
  password: passwordField().max(1024).optional(),
  ...tlsFields(),
});

export type MysqlConfig = z.infer<typeof mysqlConfig>;
