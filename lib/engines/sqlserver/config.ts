import { z } from "zod";
import { AppError } from "#lib/core/errors";
import { hostField, nameField, passwordField, portField, tlsFields } from "#lib/engines/with-host-config";
import { absolutePath } from "#lib/engines/with-local-path";

/** A directory as the server sees it: of Linux, of a Windows drive, or of a Windows share. */
const SERVER_DIRECTORY = /^(\/|[A-Za-z]:[\\/]|\\\\[^\\])/;

/**
 * Keys as in the contract, section 6, and how a backup is made. `native`: the server writes a .bak into a
 * directory that it shares with the worker, for its process can write nowhere else. `bacpac`: sqlpackage
 * reads the tables from outside.
 */
export const sqlserverConfig = z
  .strictObject({
    host: hostField(),
    port: portField(1433),
    database: nameField("database").max(128),
    username: nameField("user name").max(128),
    password: passwordField().optional(),
    backup_method: z.enum(["native", "bacpac"]).default("native").meta({ wide: true }),
    backup_directory: z
      .string()
      .max(200)
      .regex(SERVER_DIRECTORY, "Must be an absolute path on the server.")
      .regex(/^[^\p{Cc}"<>|?*]*$/u, "These characters are not allowed in a path.")
      .optional()
      .meta({ wide: true, mono: true }),
    local_directory: absolutePath("directory").optional(),
    ...tlsFields(),
  })
  .superRefine((config, context) => {
    const refuse = (field: keyof typeof config, message: string) =>
      context.addIssue({ code: "custom", path: [field], message });
    // Its command line has no way to write an empty value.
    if (config.backup_method === "bacpac" && !config.password) {
      refuse("password", "Enter the password: sqlpackage cannot log in without one.");
    }
    if (config.backup_method === "native" && config.backup_directory === undefined) {
      refuse("backup_directory", "Enter the directory into which SQL Server writes its native backups.");
    }
    if (config.backup_directory === undefined || config.backup_directory.startsWith("/")) return;
    if (config.local_directory) return;
    refuse(
      "local_directory",
      "Enter where the worker sees that directory: on this machine it is called otherwise.",
    );
  });

export type SqlserverConfig = z.infer<typeof sqlserverConfig>;

/** The directory of native backups as the server names it. Throws INVALID_CONNECTION_CONFIG where none is given. */
export function serverDirectory(config: SqlserverConfig): string {
  if (config.backup_directory !== undefined) return config.backup_directory;
  const message =
    "A .bak backup passes through a directory that the server and the worker share. Enter the backup directory in the datasource's connection first.";
  throw new AppError("INVALID_CONNECTION_CONFIG", message, {
    details: [{ field: "connection_config.backup_directory", message: "Enter the backup directory." }],
  });
}

/** Joins with the separator that the directory itself uses. */
export function inDirectory(directory: string, file: string): string {
  const separator = directory.startsWith("/") ? "/" : "\\";
  return `${directory.replace(/[\\/]+$/, "")}${separator}${file}`;
}
