import Link from "next/link";
import { useTranslations } from "next-intl";
import { Quiet } from "#components/activity/quiet";
import { SpaceChart } from "#components/storage/space-chart";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import { Progress } from "#components/ui/progress";
import { Bytes } from "#components/ui/quantity";
import type { StorageSpace } from "#lib/features/storage-locations/space-query";

/** Which job takes up how much, and what came in lately. */
export function SpaceCard({ space }: { space: StorageSpace }) {
  const t = useTranslations("storage.space");
  const total = space.jobs.reduce((sum, job) => sum + job.usedBytes, 0n);
  const isQuiet = space.days.every((day) => day.storedBytes === 0n);
  return (
    <Card>
      <CardHeader title={t("title")} />
      {space.jobs.length === 0 && isQuiet ? (
        <Quiet>{t("empty")}</Quiet>
      ) : (
        <CardBody className="grid gap-5">
          <ul className="grid gap-3">
            {space.jobs.map((job) => (
              <JobSpace key={job.id ?? ""} job={job} total={total} />
            ))}
          </ul>
          <SpaceChart days={space.days} />
        </CardBody>
      )}
    </Card>
  );
}

function JobSpace({ job, total }: { job: StorageSpace["jobs"][number]; total: bigint }) {
  const t = useTranslations("storage.space");
  const name = job.name ?? t("others");
  return (
    <li className="grid gap-1.5">
      <div className="flex min-w-0 items-baseline justify-between gap-4 text-sm">
        {job.id === null ? (
          <span className="min-w-0 truncate text-muted-foreground">{name}</span>
        ) : (
          <Link
            href={`/jobs/${job.id}`}
            prefetch={false}
            className="min-w-0 truncate rounded-sm font-medium hover:underline hover:underline-offset-4"
          >
            {name}
          </Link>
        )}
        <span className="shrink-0 text-muted-foreground text-xs">
          {t("backups", { count: job.backupsCount })}
          <span aria-hidden="true"> · </span>
          <span className="text-foreground">
            <Bytes value={job.usedBytes} />
          </span>
        </span>
      </div>
      <Progress
        value={total === 0n ? 0 : Number(job.usedBytes) / Number(total)}
        label={t("share", { name })}
      />
    </li>
  );
}
