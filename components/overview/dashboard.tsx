import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ExecutionList } from "#components/activity/execution-list";
import { JobList } from "#components/activity/job-list";
import { Quiet } from "#components/activity/quiet";
import { HealthList } from "#components/overview/health-list";
import { Numbers } from "#components/overview/numbers";
import { WeekChart } from "#components/overview/week-chart";
import { Button } from "#components/ui/button";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import type { Overview } from "#lib/features/dashboard/overview";

export function Dashboard({ overview }: { overview: Overview }) {
  const t = useTranslations("overview");
  const { stats, upcomingJobs, recentExecutions, datasourceHealth, executionsByDay } = overview;
  return (
    <>
      <Numbers stats={stats} next={upcomingJobs[0]} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-4">
          <Card>
            <CardHeader title={t("week.title")} description={t("week.utc")} />
            <CardBody>
              <WeekChart days={executionsByDay} />
            </CardBody>
          </Card>
          <Card>
            <CardHeader title={t("recent.title")} actions={<More href="/executions">{t("all")}</More>} />
            <ExecutionList executions={recentExecutions} />
          </Card>
        </div>
        <div className="grid min-w-0 gap-4">
          <Card>
            <CardHeader title={t("health.title")} actions={<More href="/datasources">{t("all")}</More>} />
            {datasourceHealth.length > 0 ? (
              <HealthList datasources={datasourceHealth.slice(0, 6)} />
            ) : (
              <Quiet>{t("health.empty")}</Quiet>
            )}
          </Card>
          <Card>
            <CardHeader title={t("upcoming.title")} actions={<More href="/jobs">{t("all")}</More>} />
            {upcomingJobs.length > 0 ? (
              <JobList jobs={upcomingJobs.map((job) => ({ ...job, detail: job.datasourceName }))} />
            ) : (
              <Quiet>{t("upcoming.empty")}</Quiet>
            )}
          </Card>
        </div>
      </div>
    </>
  );
}

function More({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Button variant="ghost" size="sm" asChild>
      <Link href={href}>{children}</Link>
    </Button>
  );
}
