import { Database, HardDrive } from "lucide-react";
import Link from "next/link";
import { getTimeZone, getTranslations } from "next-intl/server";
import { JobForm } from "#components/jobs/job-form";
import { Button } from "#components/ui/button";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/empty-state";
import type { BackupJob } from "#lib/features/backup-jobs/schema";
import { listDatasources } from "#lib/features/datasources/queries";
import { listDatasourceCapabilities } from "#lib/features/datasources/types-query";
import { listStorageLocations } from "#lib/features/storage-locations/queries";
import { load } from "#lib/web/page";
import { listDatabasesAction } from "../datasources/actions";
import { createJobAction, updateJobAction } from "./actions";

type JobFormPageProps = { job: BackupJob | null; datasourceId?: string | undefined };

/** The form with what it offers; without a datasource or a storage it leads to the page that makes one. */
export async function JobFormPage({ job, datasourceId }: JobFormPageProps) {
  const [t, timeZone, datasources, can, storages] = await Promise.all([
    getTranslations("jobs.form"),
    getTimeZone(),
    load(listDatasources, { limit: 100 }),
    load(listDatasourceCapabilities, {}),
    load(listStorageLocations, { limit: 100 }),
  ]);
  const missing =
    datasources.data.length === 0 ? "datasource" : storages.data.length === 0 ? "storage" : null;
  if (missing) {
    return (
      <Card>
        <EmptyState
          icon={missing === "datasource" ? <Database /> : <HardDrive />}
          title={t(`missing.${missing}.title`)}
          description={t(`missing.${missing}.description`)}
          action={
            <Button asChild>
              <Link href={missing === "datasource" ? "/datasources/new" : "/storage/new"}>
                {t(`missing.${missing}.action`)}
              </Link>
            </Button>
          }
        />
      </Card>
    );
  }
  const only = <T,>(items: readonly T[]) => (items.length === 1 ? items[0] : undefined);
  const wanted = datasources.data.find(({ id }) => id === datasourceId) ?? only(datasources.data);
  const storage = storages.data.find(({ isDefault }) => isDefault) ?? only(storages.data);
  return (
    <JobForm
      job={job}
      datasources={datasources.data.flatMap(({ id, name, type, connectionConfig: { database } }) => {
        const known = typeof database === "string" && database !== "" ? database : null;
        return can[type] ? [{ id, name, type, database: known, can: can[type] }] : [];
      })}
      storages={storages.data.map(({ id, name, type }) => ({ id, name, type }))}
      defaults={{ datasourceId: wanted?.id ?? "", storageLocationId: storage?.id ?? "", timeZone }}
      create={createJobAction}
      update={updateJobAction}
      loadDatabases={listDatabasesAction}
    />
  );
}
