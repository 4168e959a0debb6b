-- CreateEnum
CREATE TYPE "HealthAlert" AS ENUM ('fine', 'full', 'lost');

-- AlterTable
ALTER TABLE "datasources" ADD COLUMN     "check_claimed_at" TIMESTAMPTZ(3),
ADD COLUMN     "failed_checks" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "health_alert" "HealthAlert" NOT NULL DEFAULT 'fine';

-- AlterTable
ALTER TABLE "storage_locations" ADD COLUMN     "check_claimed_at" TIMESTAMPTZ(3),
ADD COLUMN     "failed_checks" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "health_alert" "HealthAlert" NOT NULL DEFAULT 'fine',
ADD COLUMN     "last_health_check_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "health_checks_checked_at_idx" ON "health_checks"("checked_at" DESC);

-- CreateIndex
CREATE INDEX "storage_health_checks_checked_at_idx" ON "storage_health_checks"("checked_at" DESC);

-- Storages that were tested by hand have been checked.
UPDATE "storage_locations" SET "last_health_check_at" =
  (SELECT max("checked_at") FROM "storage_health_checks" WHERE "storage_location_id" = "storage_locations"."id");
