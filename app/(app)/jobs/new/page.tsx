import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { FormSkeleton } from "#components/jobs/form-skeleton";
import { PageHeader } from "#components/ui/page-header";
import type { SearchParams } from "#lib/core/list-input";
import { JobFormPage } from "../job-form-page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("jobs.form");
  return { title: t("newTitle") };
}

export default async function NewJobPage(props: { searchParams: Promise<SearchParams> }) {
  const [t, { datasource_id }] = await Promise.all([getTranslations("jobs.form"), props.searchParams]);
  return (
    <>
      <PageHeader title={t("newTitle")} description={t("newDescription")} />
      <Suspense fallback={<FormSkeleton />}>
        <JobFormPage
          job={null}
          datasourceId={typeof datasource_id === "string" ? datasource_id : undefined}
        />
      </Suspense>
    </>
  );
}
