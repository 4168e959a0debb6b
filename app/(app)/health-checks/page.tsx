import { HeartPulse } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getLocale, getTranslations } from "next-intl/server";
import { type ReactNode, Suspense } from "react";
import { Quiet } from "#components/activity/quiet";
import { TableSkeleton } from "#components/data-table/table-skeleton";
import { DatasourceStatusBadge } from "#components/datasources/status-badge";
import { HealthTable } from "#components/health/health-table";
import { HEALTH_WIDTHS } from "#components/health/health-widths";
import { StorageStatusBadge } from "#components/storage/status-badge";
import { Badge } from "#components/ui/badge";
import { Button } from "#components/ui/button";
import { Callout } from "#components/ui/callout";
import { EmptyState } from "#components/ui/empty-state";
import { PageHeader } from "#components/ui/page-header";
import { formatInterval } from "#lib/core/format";
import { getHealthOverview, type ShownDatasource, type ShownStorage } from "#lib/features/health/overview";
import { load, pageUser } from "#lib/web/page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("health");
  return { title: t("title") };
}

export default async function HealthPage() {
  const t = await getTranslations("health");
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <Suspense fallback={<TableSkeleton widths={HEALTH_WIDTHS} rows={6} pagination={false} />}>
        <Content />
      </Suspense>
    </>
  );
}

async function Content() {
  const [user, health, t, overview, locale] = await Promise.all([
    pageUser("health.read"),
    load(getHealthOverview, {}),
    getTranslations("health"),
    getTranslations("overview"),
    getLocale(),
  ]);
  const { datasources, storages, datasourcesTotal, storagesTotal } = health;
  if (datasources.length === 0 && storages.length === 0) {
    return <Nothing mayAdd={user.permissions.has("datasources.write")} />;
  }
  return (
    <>
      {health.workers === 0 && (
        <Callout tone="warning" title={overview("workerDown.title")}>
          {t("workerDown")}
        </Callout>
      )}
      <Part title={t("datasources")} note={t("every", { time: formatInterval(health.everyMs, locale) })}>
        <HealthTable
          label={t("datasources")}
          rows={await Promise.all(datasources.map(datasourceRow))}
          empty={<Quiet>{t("noDatasources")}</Quiet>}
        />
        <Rest total={datasourcesTotal} shown={datasources.length} href="/datasources" />
      </Part>
      <Part title={t("storages")}>
        <HealthTable
          label={t("storages")}
          rows={await Promise.all(storages.map(storageRow))}
          empty={<Quiet>{t("noStorages")}</Quiet>}
        />
        <Rest total={storagesTotal} shown={storages.length} href="/storage" />
      </Part>
    </>
  );
}

async function datasourceRow({ id, type, status, enabled, ...shown }: ShownDatasource) {
  const t = await getTranslations("datasources");
  const badge = enabled ? (
    <DatasourceStatusBadge status={status} />
  ) : (
    <Badge variant="outline">{t("disabled")}</Badge>
  );
  return { id, href: `/datasources/${id}`, type: t(`types.${type}`), badge, ...shown };
}

async function storageRow({ id, type, status, lastHealthCheckAt, latencies, lastError, name }: ShownStorage) {
  const t = await getTranslations("storage.types");
  const badge = <StorageStatusBadge status={status} checked={lastHealthCheckAt !== null} />;
  return { id, href: `/storage/${id}`, name, type: t(type), badge, lastHealthCheckAt, latencies, lastError };
}

function Part({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section className="grid gap-2">
      <div className="flex items-baseline justify-between gap-4">
        <h2 className="font-semibold text-base">{title}</h2>
        {note && <span className="text-muted-foreground text-xs">{note}</span>}
      </div>
      {children}
    </section>
  );
}

async function Rest({ total, shown, href }: { total: number; shown: number; href: string }) {
  const t = await getTranslations("health");
  if (total <= shown) return null;
  return (
    <Button variant="ghost" size="sm" asChild className="justify-self-start">
      <Link href={href}>{t("rest", { count: total - shown })}</Link>
    </Button>
  );
}

async function Nothing({ mayAdd }: { mayAdd: boolean }) {
  const t = await getTranslations("health");
  const add = await getTranslations("datasources");
  return (
    <div className="overflow-hidden rounded-lg border bg-card">
      <EmptyState
        icon={<HeartPulse />}
        title={t("empty.title")}
        description={t("empty.description")}
        action={
          mayAdd && (
            <Button asChild>
              <Link href="/datasources/new">{add("new")}</Link>
            </Button>
          )
        }
      />
    </div>
  );
}
