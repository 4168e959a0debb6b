-- AlterTable
ALTER TABLE "storage_locations" ADD COLUMN     "scan" JSONB;
