import { AppError, validationError } from "#lib/core/errors";
import type { Prisma } from "#lib/db/generated/client";
import type { Context } from "#lib/features/context";
import { mergeSecrets, openConfig, parseConfig } from "#lib/features/secrets/config";
import { openNewStorage, openStorage } from "#lib/features/storage-locations/open-storage";
import { findStorage } from "#lib/features/storage-locations/queries";
import {
  type StorageReport,
  storageId,
  storageReport,
  testStorageInput,
} from "#lib/features/storage-locations/schema";
import { command } from "#lib/features/use-case";
import { driverFor } from "#lib/storage/registry";
import type { StorageAdapter, StorageType } from "#lib/storage/types";

const PROBE_TIMEOUT_MS = 20_000;
const GIB = 1024 ** 3;

/** Tries a config that is not saved: writes, reads, lists, renames and deletes a small object. */
export const testStorageConfig = command({
  name: "storage.test_config",
  summary: "Tries a storage that is not saved.",
  permission: "storage.write",
  input: testStorageInput,
  output: storageReport,
  prepare: async (input, ctx) => {
    const { config: schema, explain } = driverFor(input.type);
    const stored = input.id === undefined ? {} : await storedConfig(ctx, input.id, input.type);
    const config = parseConfig(schema, mergeSecrets(schema, input.config, stored, "config"), "config");
    return probe(openNewStorage(input.type, config, stored), explain);
  },
  run: async (_tx, _input, _ctx, report) => report,
  audit: (_report, input) => ({ resourceType: "storage_location", metadata: { type: input.type } }),
});

/** Tries a saved storage and keeps what was found, also a failure, as a health check. */
export const testStorage = command({
  name: "storage.test",
  summary: "Tries a storage location and records the result.",
  permission: "storage.read",
  input: storageId,
  output: storageReport,
  prepare: (input, ctx) => probeStored(ctx, input.id),
  run: async (_tx, _input, _ctx, report) => report,
  audit: (_report, input) => ({ resourceType: "storage_location", resourceId: input.id }),
});

async function storedConfig(ctx: Context, id: string, type: StorageType) {
  const row = await findStorage(ctx.db, ctx, id, "storage.write");
  if (row.type !== type)
    throw validationError([{ field: "type", message: "This storage has another type." }]);
  return openConfig(driverFor(type).config, row.config, { noun: "storage_location", id });
}

async function probeStored(ctx: Context, id: string): Promise<StorageReport> {
  const row = await findStorage(ctx.db, ctx, id);
  try {
    const report = await probe(openStorage(row), driverFor(row.type).explain);
    const availableSpaceGb = report.availableBytes === null ? null : report.availableBytes / GIB;
    await record(ctx, id, { status: "ok", latencyMs: report.latencyMs, availableSpaceGb });
    return report;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await record(ctx, id, { status: "unreachable", errorMessage: error.message });
    throw error;
  }
}

async function probe(adapter: StorageAdapter, explain: (error: unknown) => AppError): Promise<StorageReport> {
  try {
    const report = await adapter.probe({ signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    const failed = report.steps.find((step) => !step.ok);
    if (failed) {
      const message = `The ${failed.step} step failed: ${failed.error ?? "no reason given"}`;
      throw new AppError("STORAGE_UNREACHABLE", message, { details: { steps: report.steps } });
    }
    return {
      ok: true,
      latencyMs: Math.round(report.latencyMs),
      availableBytes: report.availableBytes,
      steps: report.steps.map((step) => ({ ...step })),
    };
  } catch (error) {
    throw error instanceof AppError ? error : explain(error);
  } finally {
    await adapter.close();
  }
}

async function record(
  ctx: Context,
  storageLocationId: string,
  check: Omit<Prisma.StorageHealthCheckUncheckedCreateInput, "storageLocationId">,
): Promise<void> {
  const reachable = check.status === "ok";
  await ctx.db.$transaction([
    ctx.db.storageHealthCheck.create({ data: { storageLocationId, ...check } }),
    ctx.db.storageLocation.updateMany({
      where: { id: storageLocationId },
      data: {
        status: reachable ? "healthy" : "unreachable",
        ...(reachable ? { availableSpaceGb: check.availableSpaceGb ?? null } : {}),
      },
    }),
  ]);
}
