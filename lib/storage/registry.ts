import { AppError } from "#lib/core/errors";
import { backblaze } from "#lib/storage/backblaze";
import { local } from "#lib/storage/local";
import { minio } from "#lib/storage/minio";
import { s3 } from "#lib/storage/s3";
import { ssh } from "#lib/storage/ssh";
import type { StorageDriver } from "#lib/storage/types";

/** Every storage type that can be used, in the order in which a person is offered them. */
export const storageDrivers: readonly StorageDriver[] = [local, s3, minio, backblaze, ssh];

/** The driver of a type. Throws VALIDATION_ERROR where this version does not support it. */
export function driverFor(type: string): StorageDriver {
  const driver = storageDrivers.find((candidate) => candidate.type === type);
  if (driver === undefined) {
    throw new AppError("VALIDATION_ERROR", `Storage type ${JSON.stringify(type)} is not supported.`, {
      details: [{ field: "type", message: "Not a supported storage type." }],
    });
  }
  return driver;
}
