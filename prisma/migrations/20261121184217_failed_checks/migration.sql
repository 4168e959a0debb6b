-- CreateIndex
CREATE INDEX "health_checks_failed_idx" ON "health_checks"("datasource_id", "checked_at" DESC) WHERE (status <> 'ok'::"HealthCheckStatus");

-- CreateIndex
CREATE INDEX "storage_health_checks_failed_idx" ON "storage_health_checks"("storage_location_id", "checked_at" DESC) WHERE (status <> 'ok'::"HealthCheckStatus");
