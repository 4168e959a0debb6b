import { ArchiveX } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/empty-state";
import { UNASSIGNED } from "#lib/features/backups/schema";
import type { ExecutionDetail } from "#lib/features/executions/schema";

/** A link to a restore that cannot be: says why, and leads to what can. */
export function NotRestorable({ backup, forbidden }: { backup: ExecutionDetail; forbidden: boolean }) {
  const t = useTranslations("restore.not");
  const reason = forbidden
    ? "forbidden"
    : backup.operation === "restore"
      ? "isRestore"
      : backup.corruptAt
        ? "corrupt"
        : backup.artifactRemovedAt
          ? "removed"
          : "notCompleted";
  return (
    <Card>
      <EmptyState
        icon={<ArchiveX />}
        title={t("title")}
        description={t(reason)}
        action={
          <>
            <Button asChild>
              <Link href={`/backups/${backup.datasourceId ?? UNASSIGNED}`}>{t("others")}</Link>
            </Button>
            <Button variant="outline" asChild>
              <Link href={`/executions/${backup.id}`}>{t("execution")}</Link>
            </Button>
          </>
        }
      />
    </Card>
  );
}
