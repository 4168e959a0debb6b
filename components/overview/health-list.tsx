import Link from "next/link";
import { DatasourceStatusBadge } from "#components/datasources/status-badge";
import { TypeIcon } from "#components/datasources/type-icon";
import { Time } from "#components/ui/time";
import type { Overview } from "#lib/features/dashboard/overview";

/** Datasources, the ailing first. */
export function HealthList({ datasources }: { datasources: Overview["datasourceHealth"] }) {
  return (
    <ul className="divide-y">
      {datasources.map((datasource) => (
        <li
          key={datasource.id}
          className="relative flex items-center gap-3 px-4 py-2 text-sm hover:bg-sunken/70"
        >
          <TypeIcon type={datasource.type} />
          <Link
            href={`/datasources/${datasource.id}`}
            prefetch={false}
            className="min-w-0 flex-1 truncate rounded-sm font-medium after:absolute after:inset-0"
          >
            {datasource.name}
          </Link>
          {datasource.lastHealthCheckAt && (
            <span className="relative text-muted-foreground text-xs">
              <Time value={datasource.lastHealthCheckAt} />
            </span>
          )}
          <DatasourceStatusBadge status={datasource.status} />
        </li>
      ))}
    </ul>
  );
}
