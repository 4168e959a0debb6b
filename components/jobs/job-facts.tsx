"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useCronSentence } from "#components/forms/use-cron-sentence";
import { hasLevel, type ReferencedFiles } from "#components/jobs/job-values";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import { DescriptionList } from "#components/ui/description-list";
import { Bytes, Count } from "#components/ui/quantity";
import { Time } from "#components/ui/time";
import { DEFAULT_LEVEL, type RetentionPolicy } from "#lib/core/backup-options";
import type { BackupJob } from "#lib/features/backup-jobs/schema";

const link = "rounded-sm underline decoration-border-strong underline-offset-4 hover:decoration-current";

type JobFactsProps = {
  job: BackupJob;
  /** Names of the storages by id, where the person may see them. */
  storages: Readonly<Record<string, string>>;
};

export function JobFacts({ job, storages }: JobFactsProps) {
  return (
    <>
      <RouteAndSchedule job={job} storages={storages} />
      <Options job={job} />
      {job.backupOptions.referenced_files?.enabled && (
        <Referenced files={job.backupOptions.referenced_files} storages={storages} />
      )}
    </>
  );
}

function RouteAndSchedule({ job, storages }: JobFactsProps) {
  const t = useTranslations("jobs.facts");
  const sentence = useCronSentence();
  const options = job.backupOptions;
  const targets = options.storage_targets.toSorted((a, b) => a.order - b.order);
  return (
    <Card>
      <CardHeader title={t("schedule")} />
      <CardBody>
        <DescriptionList
          items={[
            {
              label: t("datasource"),
              value: (
                <Link className={link} href={`/datasources/${job.datasourceId}`}>
                  {job.datasourceName}
                </Link>
              ),
            },
            options.databases !== undefined && {
              label: t("databases"),
              value: options.databases === "all" ? t("allDatabases") : options.databases.join(", "),
              mono: options.databases !== "all",
            },
            {
              label: t("storage"),
              value: (
                <Link className={link} href={`/storage/${job.storageLocationId}`}>
                  {job.storageLocationName}
                </Link>
              ),
            },
            targets.length > 0 && {
              label: t(options.storage_strategy === "replicate" ? "copies" : "standIns"),
              value: (
                <span className="grid justify-items-end gap-0.5">
                  {targets.map(({ storage_location_id: id }) => (
                    <Link key={id} className={link} href={`/storage/${id}`}>
                      {storages[id] ?? id.slice(0, 8)}
                    </Link>
                  ))}
                </span>
              ),
            },
            { label: t("when"), value: sentence(job.scheduleCron) },
            { label: t("timeZone"), value: job.scheduleTimezone.replaceAll("_", " ") },
            { label: t("expression"), value: job.scheduleCron, mono: true },
            {
              label: t("next"),
              value: job.enabled ? <Time value={job.nextExecutionAt} /> : t("never"),
            },
          ]}
        />
      </CardBody>
    </Card>
  );
}

function Options({ job }: { job: BackupJob }) {
  const t = useTranslations("jobs.facts");
  const options = job.backupOptions;
  const level = options.compression_level ?? DEFAULT_LEVEL[options.compression];
  const retention = useRetentionWords();
  return (
    <Card>
      <CardHeader title={t("options")} />
      <CardBody>
        <DescriptionList
          items={[
            { label: t("retention"), value: retention(job.retentionPolicy) },
            {
              label: t("compression"),
              value: hasLevel(options.compression)
                ? t("withLevel", { name: options.compression, level })
                : options.compression === "none"
                  ? t("uncompressed")
                  : options.compression,
            },
            options.include_tables.length > 0 && {
              label: t("include"),
              value: options.include_tables.join(", "),
              mono: true,
            },
            options.exclude_tables.length > 0 && {
              label: t("exclude"),
              value: options.exclude_tables.join(", "),
              mono: true,
            },
            options.parallel_jobs > 1 && { label: t("parallel"), value: options.parallel_jobs },
            options.unreadable_file_policy === "warn" && {
              label: t("unreadable"),
              value: t("unreadableWarn"),
            },
            options.max_file_size_mb !== undefined && {
              label: t("fileSize"),
              value: <Bytes value={options.max_file_size_mb * 1_048_576} />,
            },
          ]}
        />
      </CardBody>
    </Card>
  );
}

function Referenced({ files, storages }: { files: ReferencedFiles; storages: JobFactsProps["storages"] }) {
  const t = useTranslations("jobs.form.referenced");
  const login = files.source?.storage_location_id;
  return (
    <Card>
      <CardHeader title={t("title")} />
      <CardBody>
        <DescriptionList
          items={[
            { label: t("query"), value: files.discovery_query, mono: true },
            { label: t("column"), value: files.path_column, mono: true },
            { label: t("place"), value: t(`places.${files.source_type}`) },
            files.source_type === "ssh" &&
              login !== undefined && {
                label: t("login"),
                value: (
                  <Link className={link} href={`/storage/${login}`}>
                    {storages[login] ?? login.slice(0, 8)}
                  </Link>
                ),
              },
            { label: t("bases"), value: files.base_directories.join(", "), mono: true },
            { label: t("missing"), value: t(`missings.${files.missing_file_policy}`) },
            { label: t("most"), value: <Count value={files.max_files} /> },
          ]}
        />
      </CardBody>
    </Card>
  );
}

function useRetentionWords(): (policy: RetentionPolicy) => string {
  const t = useTranslations("jobs.facts.keep");
  return (policy) => {
    if (!policy.auto_delete) return t("all");
    if (policy.max_backups !== undefined) return t("count", { count: policy.max_backups });
    return t("gfs", {
      days: policy.keep_daily ?? 0,
      weeks: policy.keep_weekly ?? 0,
      months: policy.keep_monthly ?? 0,
    });
  };
}
