import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { FormSkeleton } from "#components/jobs/form-skeleton";
import { PageCrumbs } from "#components/shell/crumbs";
import { PageHeader } from "#components/ui/page-header";
import { getJob } from "#lib/features/backup-jobs/queries";
import { load } from "#lib/web/page";
import { JobFormPage } from "../../job-form-page";

type Params = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("jobs.form");
  return { title: t("editTitle") };
}

export default async function EditJobPage({ params }: Params) {
  const t = await getTranslations("jobs.form");
  return (
    <>
      <PageHeader title={t("editTitle")} description={t("editDescription")} />
      <Suspense fallback={<FormSkeleton />}>
        <Content params={params} />
      </Suspense>
    </>
  );
}

async function Content({ params }: Params) {
  const { id } = await params;
  const [t, job] = await Promise.all([getTranslations("common"), load(getJob, { id })]);
  return (
    <>
      <PageCrumbs items={[{ label: job.name, href: `/jobs/${id}` }, { label: t("edit") }]} />
      <JobFormPage job={job} />
    </>
  );
}
