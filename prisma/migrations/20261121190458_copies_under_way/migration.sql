-- AlterEnum
ALTER TYPE "BackupCopyStatus" ADD VALUE 'copying';
