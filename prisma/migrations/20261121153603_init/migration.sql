-- CreateEnum
CREATE TYPE "CriticalApprovalStatus" AS ENUM ('pending', 'approved', 'rejected', 'canceled');

-- CreateEnum
CREATE TYPE "ExecutionStatus" AS ENUM ('queued', 'running', 'completed', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "ExecutionOperation" AS ENUM ('backup', 'restore');

-- CreateEnum
CREATE TYPE "BackupType" AS ENUM ('full', 'incremental', 'differential');

-- CreateEnum
CREATE TYPE "BackupCopyStatus" AS ENUM ('stored', 'failed', 'removed');

-- CreateEnum
CREATE TYPE "DatasourceType" AS ENUM ('postgres', 'mysql', 'mariadb', 'mongodb', 'sqlserver', 'sqlite', 'files');

-- CreateEnum
CREATE TYPE "DatasourceStatus" AS ENUM ('healthy', 'warning', 'critical', 'unknown');

-- CreateEnum
CREATE TYPE "HealthCheckStatus" AS ENUM ('ok', 'timeout', 'auth_failed', 'unreachable', 'error');

-- CreateEnum
CREATE TYPE "StorageLocationType" AS ENUM ('local', 's3', 'ssh', 'minio', 'backblaze');

-- CreateEnum
CREATE TYPE "StorageLocationStatus" AS ENUM ('healthy', 'full', 'unreachable');

-- CreateEnum
CREATE TYPE "AlertChannel" AS ENUM ('smtp', 'webhook', 'whatsapp');

-- CreateEnum
CREATE TYPE "NotificationSeverity" AS ENUM ('info', 'warning', 'critical');

-- CreateEnum
CREATE TYPE "NotificationEntityType" AS ENUM ('datasource', 'backup_job', 'storage_location', 'system');

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "username" TEXT NOT NULL,
    "full_name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "is_owner" BOOLEAN NOT NULL DEFAULT false,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "last_login_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "roles" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "built_in" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "roles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "permissions" (
    "key" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "permissions_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "user_roles" (
    "user_id" UUID NOT NULL,
    "role_id" UUID NOT NULL,

    CONSTRAINT "user_roles_pkey" PRIMARY KEY ("user_id","role_id")
);

-- CreateTable
CREATE TABLE "role_permissions" (
    "role_id" UUID NOT NULL,
    "permission_key" TEXT NOT NULL,

    CONSTRAINT "role_permissions_pkey" PRIMARY KEY ("role_id","permission_key")
);

-- CreateTable
CREATE TABLE "access_scopes" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID,
    "role_id" UUID,
    "permission_key" TEXT NOT NULL,
    "resource_type" TEXT NOT NULL,
    "resource_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "denied_resource_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "access_scopes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth_sessions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "ip" TEXT,
    "user_agent" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "auth_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "key_hash" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_logs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "actor_user_id" UUID,
    "actor_username" TEXT,
    "action" TEXT NOT NULL,
    "resource_type" TEXT,
    "resource_id" TEXT,
    "ip" TEXT,
    "user_agent" TEXT,
    "changes" JSONB,
    "metadata" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "critical_approval_requests" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "action" TEXT NOT NULL,
    "resource_type" TEXT,
    "resource_id" TEXT,
    "reason" TEXT,
    "payload" JSONB,
    "status" "CriticalApprovalStatus" NOT NULL DEFAULT 'pending',
    "requester_user_id" UUID NOT NULL,
    "decided_by_user_id" UUID,
    "decision_reason" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "critical_approval_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "backup_jobs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "datasource_id" UUID NOT NULL,
    "storage_location_id" UUID NOT NULL,
    "schedule_cron" TEXT NOT NULL,
    "schedule_timezone" TEXT NOT NULL DEFAULT 'UTC',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "retention_policy" JSONB NOT NULL,
    "backup_options" JSONB NOT NULL,
    "last_execution_at" TIMESTAMPTZ(3),
    "next_execution_at" TIMESTAMPTZ(3),
    "schedule_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "backup_jobs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "backup_executions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "job_id" UUID,
    "datasource_id" UUID,
    "storage_location_id" UUID,
    "source_execution_id" UUID,
    "operation" "ExecutionOperation" NOT NULL DEFAULT 'backup',
    "status" "ExecutionStatus" NOT NULL DEFAULT 'queued',
    "backup_type" "BackupType" NOT NULL DEFAULT 'full',
    "scheduled_for" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "duration_seconds" DOUBLE PRECISION,
    "size_bytes" BIGINT,
    "compressed_size_bytes" BIGINT,
    "backup_path" TEXT,
    "files_count" INTEGER,
    "checksum" TEXT,
    "error_code" TEXT,
    "error_message" TEXT,
    "error_stack" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "progress" JSONB,
    "pinned" BOOLEAN NOT NULL DEFAULT false,
    "corrupt_at" TIMESTAMPTZ(3),
    "verified_at" TIMESTAMPTZ(3),
    "artifact_removed_at" TIMESTAMPTZ(3),
    "delete_requested_at" TIMESTAMPTZ(3),
    "cancel_requested_at" TIMESTAMPTZ(3),
    "lease_token" INTEGER NOT NULL DEFAULT 0,
    "lease_owner" TEXT,
    "lease_expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "backup_executions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "backup_copies" (
    "execution_id" UUID NOT NULL,
    "storage_location_id" UUID NOT NULL,
    "status" "BackupCopyStatus" NOT NULL,
    "backup_path" TEXT NOT NULL,
    "manifest_path" TEXT,
    "size_bytes" BIGINT,
    "latency_ms" INTEGER,
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "backup_copies_pkey" PRIMARY KEY ("execution_id","storage_location_id")
);

-- CreateTable
CREATE TABLE "backup_chunks" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "execution_id" UUID NOT NULL,
    "chunk_number" INTEGER NOT NULL,
    "file_path" TEXT NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "checksum" CHAR(64) NOT NULL,

    CONSTRAINT "backup_chunks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "execution_logs" (
    "id" BIGSERIAL NOT NULL,
    "execution_id" UUID NOT NULL,
    "ts" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "level" TEXT NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "execution_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "datasources" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "type" "DatasourceType" NOT NULL,
    "connection_config" JSONB NOT NULL,
    "status" "DatasourceStatus" NOT NULL DEFAULT 'unknown',
    "last_health_check_at" TIMESTAMPTZ(3),
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "datasources_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "health_checks" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "datasource_id" UUID NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "status" "HealthCheckStatus" NOT NULL,
    "latency_ms" INTEGER,
    "error_message" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "health_checks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "storage_locations" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "type" "StorageLocationType" NOT NULL,
    "config" JSONB NOT NULL,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "available_space_gb" DOUBLE PRECISION,
    "status" "StorageLocationStatus" NOT NULL DEFAULT 'healthy',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "storage_locations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "storage_health_checks" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "storage_location_id" UUID NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "status" "HealthCheckStatus" NOT NULL,
    "latency_ms" INTEGER,
    "available_space_gb" DOUBLE PRECISION,
    "error_message" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "storage_health_checks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "database_sync_jobs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "source_datasource_id" UUID NOT NULL,
    "target_datasource_id" UUID NOT NULL,
    "schedule_cron" TEXT,
    "schedule_timezone" TEXT NOT NULL DEFAULT 'UTC',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "allow_manual" BOOLEAN NOT NULL DEFAULT true,
    "options" JSONB NOT NULL DEFAULT '{}',
    "last_execution_at" TIMESTAMPTZ(3),
    "next_execution_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "database_sync_jobs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "database_sync_executions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "job_id" UUID NOT NULL,
    "status" "ExecutionStatus" NOT NULL DEFAULT 'queued',
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "duration_seconds" DOUBLE PRECISION,
    "error_message" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "database_sync_executions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "restore_drill_jobs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "backup_job_id" UUID,
    "target_datasource_id" UUID,
    "schedule_cron" TEXT,
    "schedule_timezone" TEXT NOT NULL DEFAULT 'UTC',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "allow_manual" BOOLEAN NOT NULL DEFAULT true,
    "options" JSONB NOT NULL DEFAULT '{}',
    "last_execution_at" TIMESTAMPTZ(3),
    "next_execution_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "restore_drill_jobs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "restore_drill_executions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "job_id" UUID NOT NULL,
    "backup_execution_id" UUID,
    "status" "ExecutionStatus" NOT NULL DEFAULT 'queued',
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "duration_seconds" DOUBLE PRECISION,
    "error_message" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "restore_drill_executions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notifications" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "type" TEXT NOT NULL,
    "severity" "NotificationSeverity" NOT NULL,
    "entity_type" "NotificationEntityType" NOT NULL,
    "entity_id" UUID,
    "title" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "read_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_templates" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "channel" "AlertChannel" NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "title" TEXT,
    "body" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_templates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "system_settings" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "system_settings_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "workers" (
    "id" TEXT NOT NULL,
    "hostname" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workers_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_username_key" ON "users"("username");

-- CreateIndex
CREATE UNIQUE INDEX "users_one_owner_key" ON "users"("is_owner") WHERE (is_owner);

-- CreateIndex
CREATE UNIQUE INDEX "roles_key_key" ON "roles"("key");

-- CreateIndex
CREATE INDEX "user_roles_role_id_idx" ON "user_roles"("role_id");

-- CreateIndex
CREATE INDEX "role_permissions_permission_key_idx" ON "role_permissions"("permission_key");

-- CreateIndex
CREATE INDEX "access_scopes_user_id_idx" ON "access_scopes"("user_id");

-- CreateIndex
CREATE INDEX "access_scopes_role_id_idx" ON "access_scopes"("role_id");

-- CreateIndex
CREATE UNIQUE INDEX "auth_sessions_token_hash_key" ON "auth_sessions"("token_hash");

-- CreateIndex
CREATE INDEX "auth_sessions_user_id_idx" ON "auth_sessions"("user_id");

-- CreateIndex
CREATE INDEX "auth_sessions_expires_at_idx" ON "auth_sessions"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_key_hash_key" ON "api_keys"("key_hash");

-- CreateIndex
CREATE INDEX "api_keys_user_id_idx" ON "api_keys"("user_id");

-- CreateIndex
CREATE INDEX "audit_logs_created_at_idx" ON "audit_logs"("created_at" DESC);

-- CreateIndex
CREATE INDEX "audit_logs_action_created_at_idx" ON "audit_logs"("action", "created_at" DESC);

-- CreateIndex
CREATE INDEX "audit_logs_actor_user_id_created_at_idx" ON "audit_logs"("actor_user_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "audit_logs_resource_type_resource_id_idx" ON "audit_logs"("resource_type", "resource_id");

-- CreateIndex
CREATE INDEX "critical_approval_requests_status_created_at_idx" ON "critical_approval_requests"("status", "created_at" DESC);

-- CreateIndex
CREATE INDEX "critical_approval_requests_requester_user_id_idx" ON "critical_approval_requests"("requester_user_id");

-- CreateIndex
CREATE UNIQUE INDEX "backup_jobs_name_key" ON "backup_jobs"("name");

-- CreateIndex
CREATE INDEX "backup_jobs_datasource_id_idx" ON "backup_jobs"("datasource_id");

-- CreateIndex
CREATE INDEX "backup_jobs_storage_location_id_idx" ON "backup_jobs"("storage_location_id");

-- CreateIndex
CREATE INDEX "backup_jobs_next_execution_at_idx" ON "backup_jobs"("next_execution_at") WHERE (enabled);

-- CreateIndex
CREATE INDEX "backup_executions_job_id_created_at_idx" ON "backup_executions"("job_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "backup_executions_datasource_id_created_at_idx" ON "backup_executions"("datasource_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "backup_executions_storage_location_id_idx" ON "backup_executions"("storage_location_id");

-- CreateIndex
CREATE INDEX "backup_executions_source_execution_id_idx" ON "backup_executions"("source_execution_id");

-- CreateIndex
CREATE INDEX "backup_executions_created_at_idx" ON "backup_executions"("created_at" DESC);

-- CreateIndex
CREATE INDEX "backup_executions_live_idx" ON "backup_executions"("status") WHERE (status = ANY (ARRAY['queued'::"ExecutionStatus", 'running'::"ExecutionStatus"]));

-- CreateIndex
CREATE UNIQUE INDEX "backup_executions_job_id_scheduled_for_key" ON "backup_executions"("job_id", "scheduled_for");

-- CreateIndex
CREATE INDEX "backup_copies_storage_location_id_status_idx" ON "backup_copies"("storage_location_id", "status");

-- CreateIndex
CREATE UNIQUE INDEX "backup_chunks_execution_id_chunk_number_key" ON "backup_chunks"("execution_id", "chunk_number");

-- CreateIndex
CREATE INDEX "execution_logs_execution_id_id_idx" ON "execution_logs"("execution_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "datasources_name_key" ON "datasources"("name");

-- CreateIndex
CREATE INDEX "datasources_tags_idx" ON "datasources" USING GIN ("tags");

-- CreateIndex
CREATE INDEX "datasources_created_at_idx" ON "datasources"("created_at" DESC);

-- CreateIndex
CREATE INDEX "health_checks_datasource_id_checked_at_idx" ON "health_checks"("datasource_id", "checked_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "storage_locations_name_key" ON "storage_locations"("name");

-- CreateIndex
CREATE INDEX "storage_locations_created_at_idx" ON "storage_locations"("created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "storage_locations_one_default_key" ON "storage_locations"("is_default") WHERE (is_default);

-- CreateIndex
CREATE INDEX "storage_health_checks_storage_location_id_checked_at_idx" ON "storage_health_checks"("storage_location_id", "checked_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "database_sync_jobs_name_key" ON "database_sync_jobs"("name");

-- CreateIndex
CREATE INDEX "database_sync_jobs_source_datasource_id_idx" ON "database_sync_jobs"("source_datasource_id");

-- CreateIndex
CREATE INDEX "database_sync_jobs_target_datasource_id_idx" ON "database_sync_jobs"("target_datasource_id");

-- CreateIndex
CREATE INDEX "database_sync_executions_job_id_created_at_idx" ON "database_sync_executions"("job_id", "created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "restore_drill_jobs_name_key" ON "restore_drill_jobs"("name");

-- CreateIndex
CREATE INDEX "restore_drill_executions_job_id_created_at_idx" ON "restore_drill_executions"("job_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "notifications_created_at_read_at_idx" ON "notifications"("created_at" DESC, "read_at");

-- CreateIndex
CREATE UNIQUE INDEX "notification_templates_channel_type_version_key" ON "notification_templates"("channel", "type", "version");

-- AddForeignKey
ALTER TABLE "user_roles" ADD CONSTRAINT "user_roles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_roles" ADD CONSTRAINT "user_roles_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "roles"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "role_permissions" ADD CONSTRAINT "role_permissions_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "roles"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "role_permissions" ADD CONSTRAINT "role_permissions_permission_key_fkey" FOREIGN KEY ("permission_key") REFERENCES "permissions"("key") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_scopes" ADD CONSTRAINT "access_scopes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_scopes" ADD CONSTRAINT "access_scopes_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "roles"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "auth_sessions" ADD CONSTRAINT "auth_sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup_jobs" ADD CONSTRAINT "backup_jobs_datasource_id_fkey" FOREIGN KEY ("datasource_id") REFERENCES "datasources"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup_jobs" ADD CONSTRAINT "backup_jobs_storage_location_id_fkey" FOREIGN KEY ("storage_location_id") REFERENCES "storage_locations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup_executions" ADD CONSTRAINT "backup_executions_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "backup_jobs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup_executions" ADD CONSTRAINT "backup_executions_datasource_id_fkey" FOREIGN KEY ("datasource_id") REFERENCES "datasources"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup_executions" ADD CONSTRAINT "backup_executions_storage_location_id_fkey" FOREIGN KEY ("storage_location_id") REFERENCES "storage_locations"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup_executions" ADD CONSTRAINT "backup_executions_source_execution_id_fkey" FOREIGN KEY ("source_execution_id") REFERENCES "backup_executions"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup_copies" ADD CONSTRAINT "backup_copies_execution_id_fkey" FOREIGN KEY ("execution_id") REFERENCES "backup_executions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup_copies" ADD CONSTRAINT "backup_copies_storage_location_id_fkey" FOREIGN KEY ("storage_location_id") REFERENCES "storage_locations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup_chunks" ADD CONSTRAINT "backup_chunks_execution_id_fkey" FOREIGN KEY ("execution_id") REFERENCES "backup_executions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "execution_logs" ADD CONSTRAINT "execution_logs_execution_id_fkey" FOREIGN KEY ("execution_id") REFERENCES "backup_executions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "health_checks" ADD CONSTRAINT "health_checks_datasource_id_fkey" FOREIGN KEY ("datasource_id") REFERENCES "datasources"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "storage_health_checks" ADD CONSTRAINT "storage_health_checks_storage_location_id_fkey" FOREIGN KEY ("storage_location_id") REFERENCES "storage_locations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "database_sync_jobs" ADD CONSTRAINT "database_sync_jobs_source_datasource_id_fkey" FOREIGN KEY ("source_datasource_id") REFERENCES "datasources"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "database_sync_jobs" ADD CONSTRAINT "database_sync_jobs_target_datasource_id_fkey" FOREIGN KEY ("target_datasource_id") REFERENCES "datasources"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "database_sync_executions" ADD CONSTRAINT "database_sync_executions_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "database_sync_jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "restore_drill_executions" ADD CONSTRAINT "restore_drill_executions_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "restore_drill_jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
