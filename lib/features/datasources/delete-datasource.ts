import { z } from "zod";
import { AppError } from "#lib/core/errors";
import { findDatasource } from "#lib/features/datasources/queries";
import { datasourceId } from "#lib/features/datasources/schema";
import { command } from "#lib/features/use-case";

export const deleteDatasource = command({
  name: "datasource.delete",
  summary: "Removes a datasource that no job uses. Its backups stay and can be restored elsewhere.",
  permission: "datasources.write",
  input: datasourceId,
  output: z.object({ id: z.uuid(), name: z.string() }),
  critical: { action: "datasource.delete", resource: (input) => ({ type: "datasource", id: input.id }) },
  run: async (tx, input, ctx) => {
    const row = await findDatasource(tx, ctx, input.id, "datasources.write");
    // Jobs inserted meanwhile wait for this lock, then fail on their foreign key.
    await tx.$queryRaw`SELECT 1 FROM datasources WHERE id = ${row.id}::uuid FOR UPDATE`;
    const jobs = await tx.backupJob.findMany({
      where: { datasourceId: row.id },
      select: { id: true, name: true },
    });
    const syncs = await tx.databaseSyncJob.findMany({
      where: { OR: [{ sourceDatasourceId: row.id }, { targetDatasourceId: row.id }] },
      select: { id: true, name: true },
    });
    const users = [...jobs, ...syncs];
    if (users.length > 0) {
      const names = users.map((job) => `“${job.name}”`).join(", ");
      throw new AppError(
        "DATASOURCE_HAS_ACTIVE_JOBS",
        `${names} still use this datasource. Delete them first.`,
        {
          details: { job_ids: users.map((job) => job.id) },
        },
      );
    }
    const live = await tx.backupExecution.count({
      where: { datasourceId: row.id, status: { in: ["queued", "running"] } },
    });
    if (live > 0) throw new AppError("CONFLICT", "An execution of this datasource is still running.");
    await tx.datasource.delete({ where: { id: row.id } });
    return { id: row.id, name: row.name };
  },
  audit: (result) => ({ resourceType: "datasource", resourceId: result.id, changes: { name: result.name } }),
});
