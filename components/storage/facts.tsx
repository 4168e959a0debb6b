import { useTranslations } from "next-intl";
import { bytesOf } from "#components/storage/space";
import { Callout } from "#components/ui/callout";
import { DescriptionList } from "#components/ui/description-list";
import { Bytes, Count, Duration } from "#components/ui/quantity";
import { Time } from "#components/ui/time";
import type { StorageLocation } from "#lib/features/storage-locations/schema";
import type { StorageUse } from "#lib/features/storage-locations/use-query";

/** What lies there, what still fits, and how the last check went. */
export function StorageFacts({ storage, use }: { storage: StorageLocation; use: StorageUse }) {
  const t = useTranslations("storage");
  const check = use.lastCheck;
  return (
    <DescriptionList
      items={[
        { label: t("facts.type"), value: t(`types.${storage.type}`) },
        { label: t("columns.backups"), value: <Count value={use.backupsCount} /> },
        { label: t("columns.used"), value: <Bytes value={use.usedBytes} /> },
        { label: t("columns.free"), value: <Bytes value={bytesOf(storage.availableSpaceGb)} /> },
        {
          label: t("facts.checked"),
          value: check ? <Time value={check.checkedAt} /> : t("facts.never"),
        },
        typeof check?.latencyMs === "number" && {
          label: t("facts.latency"),
          value: <Duration value={check.latencyMs} />,
        },
        { label: t("facts.created"), value: <Time value={storage.createdAt} format="medium" /> },
      ]}
    />
  );
}

/** Why a location fails, as long as nothing newer is known. */
export function LastStorageFailure({ check }: { check: StorageUse["lastCheck"] }) {
  const t = useTranslations("storage.facts");
  if (!check || check.ok) return null;
  return (
    <Callout tone="danger" title={t("failed")}>
      {check.errorMessage}
    </Callout>
  );
}
