import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { Checklist, type Step } from "#components/overview/checklist";
import { Dashboard } from "#components/overview/dashboard";
import { DashboardSkeleton } from "#components/overview/skeleton";
import { Callout } from "#components/ui/callout";
import { PageHeader } from "#components/ui/page-header";
import type { Permission } from "#lib/core/permissions";
import { getOverview, type Overview } from "#lib/features/dashboard/overview";
import { load, pageUser } from "#lib/web/page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("shell.nav");
  return { title: t("overview") };
}

export default async function OverviewPage() {
  const t = await getTranslations("overview");
  return (
    <>
      <PageHeader title={t("title")} />
      <Suspense fallback={<DashboardSkeleton />}>
        <Content />
      </Suspense>
    </>
  );
}

async function Content() {
  const [user, overview, t] = await Promise.all([
    pageUser(),
    load(getOverview, {}),
    getTranslations("overview"),
  ]);
  return (
    <>
      {overview.services.workers === 0 && (
        <Callout tone="warning" title={t("workerDown.title")}>
          {t("workerDown.text")}
        </Callout>
      )}
      {overview.recentExecutions.length === 0 ? (
        <Checklist steps={stepsOf(overview, user.permissions)} />
      ) : (
        <Dashboard overview={overview} />
      )}
    </>
  );
}

function stepsOf({ stats, upcomingJobs }: Overview, permissions: ReadonlySet<Permission>): Step[] {
  const job = upcomingJobs[0];
  return [
    {
      key: "datasource",
      done: stats.datasourcesTotal > 0,
      href: "/datasources/new",
      permitted: permissions.has("datasources.write"),
    },
    {
      key: "storage",
      done: stats.storagesTotal > 0,
      href: "/storage/new",
      permitted: permissions.has("storage.write"),
    },
    {
      key: "job",
      done: stats.jobsTotal > 0,
      href: "/jobs/new",
      permitted: permissions.has("backup_jobs.write"),
    },
    {
      key: "run",
      done: false,
      href: job ? `/jobs/${job.id}` : "/jobs",
      permitted: permissions.has("backup_jobs.run"),
    },
  ];
}
