import { z } from "zod";
import { HEALTH_CHECK_STATUSES } from "#lib/core/check-status";
import { instant } from "#lib/features/instant";
import { pageInput } from "#lib/features/paging";

const filters = {
  ...pageInput,
  status: z.enum(HEALTH_CHECK_STATUSES).optional(),
  from: instant.optional(),
  to: instant.optional(),
};

export const listDatasourceChecksInput = z.strictObject({ ...filters, datasourceId: z.uuid().optional() });
export const listStorageChecksInput = z.strictObject({ ...filters, storageLocationId: z.uuid().optional() });

const check = z.object({
  id: z.uuid(),
  checkedAt: z.date(),
  status: z.enum(HEALTH_CHECK_STATUSES),
  latencyMs: z.int().nullable(),
  errorMessage: z.string().nullable(),
});

export const datasourceCheck = check.extend({
  datasourceId: z.uuid(),
  datasourceName: z.string(),
  metadata: z.record(z.string(), z.unknown()),
});

export const storageCheck = check.extend({
  storageLocationId: z.uuid(),
  storageLocationName: z.string(),
  availableSpaceGb: z.number().nullable(),
});
