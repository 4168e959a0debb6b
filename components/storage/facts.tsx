import { useTranslations } from "next-intl";
import { Said } from "#components/shell/use-said";
import { bytesOf } from "#components/storage/space";
import { Callout } from "#components/ui/callout";
import { DescriptionList } from "#components/ui/description-list";
import { Bytes, Count, Duration } from "#components/ui/quantity";
import { Time } from "#components/ui/time";
import type { HealthHistory } from "#lib/features/health/history";
import type { StorageLocation } from "#lib/features/storage-locations/schema";
import type { StorageUse } from "#lib/features/storage-locations/use-query";

type Check = HealthHistory["last"];
type StorageFactsProps = { storage: StorageLocation; use: StorageUse; check: Check };

/** What lies there, what still fits, and how the last check went. */
export function StorageFacts({ storage, use, check }: StorageFactsProps) {
  const t = useTranslations("storage");
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
export function LastStorageFailure({
  storage: { status, lastHealthCheckAt },
  check,
}: {
  storage: StorageLocation;
  check: Check;
}) {
  const t = useTranslations("storage.facts");
  if (!check?.errorMessage || lastHealthCheckAt === null || status === "healthy") return null;
  return (
    <Callout tone={status === "full" ? "warning" : "danger"} title={t(status === "full" ? "full" : "failed")}>
      <Said>{check.errorMessage}</Said>
    </Callout>
  );
}
