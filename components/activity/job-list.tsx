import Link from "next/link";
import type { ReactNode } from "react";
import { Time } from "#components/ui/time";

export type JobLine = {
  id: string;
  name: string;
  detail: ReactNode;
  nextExecutionAt: Date | null;
  off?: ReactNode;
};

/** Jobs with what they do, and when they do it next. */
export function JobList({ jobs }: { jobs: readonly JobLine[] }) {
  return (
    <ul className="divide-y">
      {jobs.map((job) => (
        <li
          key={job.id}
          className="relative flex items-center justify-between gap-4 px-4 py-2 hover:bg-sunken/70"
        >
          <div className="min-w-0">
            <Link
              href={`/jobs/${job.id}`}
              prefetch={false}
              className="block truncate rounded-sm font-medium text-sm after:absolute after:inset-0"
            >
              {job.name}
            </Link>
            <p className="truncate text-muted-foreground text-xs">{job.detail}</p>
          </div>
          <span className="relative shrink-0 text-muted-foreground text-xs">
            {job.off ?? <Time value={job.nextExecutionAt} />}
          </span>
        </li>
      ))}
    </ul>
  );
}
