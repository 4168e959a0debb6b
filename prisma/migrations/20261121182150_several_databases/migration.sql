-- AlterTable
ALTER TABLE "backup_executions" ADD COLUMN     "database_name" TEXT,
ADD COLUMN     "group_id" UUID;

-- CreateIndex
CREATE INDEX "backup_executions_group_id_idx" ON "backup_executions"("group_id");
