-- AlterTable
ALTER TABLE "workers" ADD COLUMN     "queue_workers" TEXT[] DEFAULT ARRAY[]::TEXT[];
