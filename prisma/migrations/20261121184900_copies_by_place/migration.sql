-- CreateIndex
CREATE INDEX "backup_copies_storage_location_id_backup_path_idx" ON "backup_copies"("storage_location_id", "backup_path");
