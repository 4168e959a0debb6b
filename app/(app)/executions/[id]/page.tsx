import type { Metadata } from "next";
import { Suspense } from "react";
import { DetailSkeleton } from "#components/executions/detail-skeleton";
import { ExecutionView } from "#components/executions/execution-view";
import { PageCrumbs } from "#components/shell/crumbs";
import { getExecution, getExecutionLogs, listExecutions } from "#lib/features/executions/queries";
import { load, pageUser } from "#lib/web/page";
import {
  cancelExecutionAction,
  deleteExecutionAction,
  retryExecutionAction,
  retryUploadAction,
} from "../actions";

type Params = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  return { title: (await params).id.slice(0, 8) };
}

export default function ExecutionPage({ params }: Params) {
  return (
    <Suspense fallback={<DetailSkeleton />}>
      <Content params={params} />
    </Suspense>
  );
}

async function Content({ params }: Params) {
  const { id } = await params;
  const { permissions } = await pageUser();
  const [execution, { logs }] = await Promise.all([
    load(getExecution, { id }),
    load(getExecutionLogs, { id }),
  ]);
  const { groupId } = execution;
  const run = groupId ? await load(listExecutions, { groupId, limit: 100 }) : null;
  return (
    <>
      <PageCrumbs items={[{ label: id.slice(0, 8) }]} />
      <ExecutionView
        key={id}
        execution={execution}
        logs={logs}
        run={run && { data: run.data, total: run.pagination.total }}
        commands={{
          cancel: cancelExecutionAction,
          retry: retryExecutionAction,
          complete: retryUploadAction,
          remove: deleteExecutionAction,
        }}
        may={{
          control: permissions.has("executions.control"),
          restore: permissions.has("backups.restore") || permissions.has("backups.restore_verify"),
          download: permissions.has("backups.read") && permissions.has("storage.download"),
        }}
      />
    </>
  );
}
