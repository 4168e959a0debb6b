import { useTranslations } from "next-intl";
import { StatusBadge, type StatusTone } from "#components/ui/status-badge";
import type { StorageLocation } from "#lib/features/storage-locations/schema";

const TONES: Record<StorageLocation["status"], StatusTone> = {
  healthy: "success",
  full: "warning",
  unreachable: "danger",
};

export function StorageStatusBadge({ status }: { status: StorageLocation["status"] }) {
  const t = useTranslations("storage.status");
  return <StatusBadge tone={TONES[status]}>{t(status)}</StatusBadge>;
}
