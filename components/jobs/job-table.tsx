"use client";

import { CalendarClock, ListChecks, Pencil, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { DataTable } from "#components/data-table/data-table";
import type { ServerCommand } from "#components/forms/use-command";
import { DeleteJobDialog } from "#components/jobs/delete-job";
import { useJobColumns } from "#components/jobs/job-columns";
import type { UpdateJob } from "#components/jobs/job-switch";
import type { RunJob } from "#components/jobs/run-job";
import { DropdownMenuItem } from "#components/ui/dropdown-menu";
import { EmptyState } from "#components/ui/empty-state";
import type { BackupJobSummary } from "#lib/features/backup-jobs/schema";

type JobTableProps = {
  rows: readonly BackupJobSummary[];
  pagination: { total: number; page: number; limit: number };
  filtered: boolean;
  /** The next step while there is no job. */
  emptyAction: ReactNode;
  /** Null where the person may not. */
  run: RunJob | null;
  update: UpdateJob | null;
  remove: ServerCommand<{ id: string }, unknown> | null;
};

export function JobTable(props: JobTableProps) {
  const { rows, pagination, filtered, emptyAction, run, update, remove } = props;
  const t = useTranslations("jobs");
  const table = useTranslations("table.noResults");
  const common = useTranslations("common");
  const router = useRouter();
  const columns = useJobColumns({ run, update });
  const [removing, setRemoving] = useState<BackupJobSummary | null>(null);
  return (
    <>
      <DataTable
        label={t("title")}
        columns={columns}
        rows={rows}
        rowId={(row) => row.id}
        hrefOf={(row) => `/jobs/${row.id}`}
        pagination={pagination}
        actionsOf={(row) => (
          <>
            <DropdownMenuItem onSelect={() => router.push(`/executions?job_id=${row.id}`)}>
              <ListChecks />
              {t("showExecutions")}
            </DropdownMenuItem>
            {update && (
              <DropdownMenuItem onSelect={() => router.push(`/jobs/${row.id}/edit`)}>
                <Pencil />
                {common("edit")}
              </DropdownMenuItem>
            )}
            {remove && (
              <DropdownMenuItem destructive onSelect={() => setRemoving(row)}>
                <Trash2 />
                {common("delete")}
              </DropdownMenuItem>
            )}
          </>
        )}
        empty={
          <EmptyState
            icon={<CalendarClock />}
            title={filtered ? table("title") : t("empty.title")}
            description={filtered ? table("description") : t("empty.description")}
            action={filtered ? undefined : emptyAction}
          />
        }
      />
      {removing && remove && (
        <DeleteJobDialog
          job={removing}
          remove={remove}
          onClose={() => setRemoving(null)}
          onDone={() => router.refresh()}
        />
      )}
    </>
  );
}
