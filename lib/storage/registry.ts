import { AppError } from "#lib/core/errors";
import { backblaze } from "#lib/storage/backblaze";
import { local } from "#lib/storage/local";
import { minio } from "#lib/storage/minio";
import { s3 } from "#lib/storage/s3";
import { ssh } from "#lib/storage/ssh";
import type { StorageDriver } from "#lib/storage/types";

/** Every storage type that can be used, in the order in which a person is offered them. */
export const storageDrivers: readonly StorageDriver[] = [
  asDriver(local),
  asDriver(s3),
  asDriver(minio),
  asDriver(backblaze),
  asDriver(ssh),
];

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

/** Forgets the config's exact type: callers pass what the driver's own schema has parsed. */
function asDriver<Config extends object>(driver: StorageDriver<Config>): StorageDriver {
  return {
    ...driver,
    config: driver.config,
    open: (config, context) => driver.open(config as Config, context),
    explain: driver.explain,
  };
}
