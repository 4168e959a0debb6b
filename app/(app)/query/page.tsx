import { SquareTerminal } from "lucide-react";
import type { Metadata } from "next";
import { cookies } from "next/headers";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { QueryConsole } from "#components/query/console";
import { SOURCE_COOKIE } from "#components/query/preferences";
import { SchemaSkeleton } from "#components/query/schema-skeleton";
import { SourcePicker } from "#components/query/source-picker";
import { Badge } from "#components/ui/badge";
import { Button } from "#components/ui/button";
import { EmptyState } from "#components/ui/empty-state";
import { PageHeader } from "#components/ui/page-header";
import { listQuerySources } from "#lib/features/datasources/sources-query";
import { load, pageUser } from "#lib/web/page";
import { Schema } from "./schema";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("query");
  return { title: t("title") };
}

type Props = { searchParams: Promise<{ datasource?: string | string[] }> };

export default async function QueryPage({ searchParams }: Props) {
  const [user, { datasource: asked }, jar, t] = await Promise.all([
    pageUser("datasources.query"),
    searchParams,
    cookies(),
    getTranslations("query"),
  ]);
  const sources = await load(listQuerySources, {});
  const last = jar.get(SOURCE_COOKIE)?.value;
  const source = sources.find(({ id }) => id === (asked ?? last)) ?? (asked ? notFound() : sources[0]);
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        badge={<Badge variant="primary">{t("readOnly")}</Badge>}
        actions={source && <SourcePicker sources={sources} chosen={source.id} />}
      />
      {source ? (
        <QueryConsole
          key={source.id}
          source={source}
          schema={
            <Suspense key={source.id} fallback={<SchemaSkeleton />}>
              <Schema id={source.id} />
            </Suspense>
          }
        />
      ) : (
        <Nothing mayAdd={user.permissions.has("datasources.write")} />
      )}
    </>
  );
}

async function Nothing({ mayAdd }: { mayAdd: boolean }) {
  const [t, datasources] = await Promise.all([getTranslations("query"), getTranslations("datasources")]);
  return (
    <div className="rounded-lg border bg-card">
      <EmptyState
        icon={<SquareTerminal />}
        title={t("empty.title")}
        description={t("empty.description")}
        action={
          mayAdd && (
            <Button asChild>
              <Link href="/datasources/new">{datasources("new")}</Link>
            </Button>
          )
        }
      />
    </div>
  );
}
