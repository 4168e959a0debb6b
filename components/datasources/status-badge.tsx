import { useTranslations } from "next-intl";
import { StatusBadge, type StatusTone } from "#components/ui/status-badge";
import type { Datasource } from "#lib/features/datasources/schema";

const TONES: Record<Datasource["status"], StatusTone> = {
  healthy: "success",
  warning: "warning",
  critical: "danger",
  unknown: "queued",
};

type Props = { status: Datasource["status"]; appearance?: "soft" | "plain" };

export function DatasourceStatusBadge({ status, appearance = "soft" }: Props) {
  const t = useTranslations("datasources.status");
  return (
    <StatusBadge tone={TONES[status]} appearance={appearance}>
      {t(status)}
    </StatusBadge>
  );
}
