import { z } from "zod";
import { hostField, nameField, passwordField, portField, tlsFields } from "#lib/engines/with-host-config";
import { absolutePath } from "#lib/engines/with-local-path";

/** A directory as the server sees it: of Linux, of a Windows drive, or of a Windows share. */
const SERVER_DIRECTORY = /^(\/|[A-Za-z]:[\\/]|\\\\[^\\])/;

/**
 * Keys as in the contract, section 6, and the directory that server and worker share: SQL Server writes a
 * backup where its own process can, never to a client. There is no `.bacpac`: sqlpackage takes the password of
 * a SQL login on its command line only (microsoft/DacFx issue 182), where every user of the machine can read it.
 */
export const sqlserverConfig = z
  .strictObject({
    host: hostField(),
    port: portField(1433),
    database: nameField("database").max(128),
    username: nameField("user name").max(128),
    password: passwordField().optional(),
    backup_directory: z
      .string()
      .max(200)
      .regex(SERVER_DIRECTORY, "Must be an absolute path on the server.")
      .regex(/^[^\p{Cc}"<>|?*]*$/u, "These characters are not allowed in a path.")
      .meta({ wide: true, mono: true }),
    local_directory: absolutePath("directory").optional(),
    ...tlsFields(),
  })
  .superRefine((config, context) => {
    if (config.local_directory || config.backup_directory.startsWith("/")) return;
    const message = "Enter where the worker sees that directory: on this machine it is called otherwise.";
    context.addIssue({ code: "custom", path: ["local_directory"], message });
  });

export type SqlserverConfig = z.infer<typeof sqlserverConfig>;

/** A file of the shared directory as the server names it. */
export function serverPath(config: SqlserverConfig, file: string): string {
  return inDirectory(config.backup_directory, file);
}

/** Joins with the separator that the directory itself uses. */
export function inDirectory(directory: string, file: string): string {
  const separator = directory.startsWith("/") ? "/" : "\\";
  return `${directory.replace(/[\\/]+$/, "")}${separator}${file}`;
}
