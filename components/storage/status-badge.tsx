import { useTranslations } from "next-intl";
import { StatusBadge, type StatusTone } from "#components/ui/status-badge";
import type { StorageLocation } from "#lib/features/storage-locations/schema";

const TONES: Record<StorageLocation["status"], StatusTone> = {
  healthy: "success",
  full: "warning",
  unreachable: "danger",
};

type Props = { status: StorageLocation["status"]; checked: boolean };

/** Before the first check nothing is known, whatever the status says. */
export function StorageStatusBadge({ status, checked }: Props) {
  const t = useTranslations("storage.status");
  if (!checked) return <StatusBadge tone="queued">{t("unchecked")}</StatusBadge>;
  return <StatusBadge tone={TONES[status]}>{t(status)}</StatusBadge>;
}
