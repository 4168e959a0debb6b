"use client";

import { FolderX, RotateCw, Unplug } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { Said } from "#components/shell/use-said";
import { folderHref } from "#components/storage/files/place";
import { Button } from "#components/ui/button";
import { EmptyState } from "#components/ui/empty-state";
import type { ActionError } from "#lib/core/action-result";

const LEADS_NOWHERE: readonly string[] = ["STORAGE_PATH_NOT_FOUND", "INVALID_STORAGE_PATH"];

/** A folder that cannot be shown never looks like an empty one. */
export function Unreadable({ id, error }: { id: string; error: ActionError }) {
  const t = useTranslations("storage.files.unreadable");
  const common = useTranslations("common");
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const unreachable = !LEADS_NOWHERE.includes(error.code);
  return (
    <div role="alert" className="overflow-hidden rounded-lg border border-danger/40 bg-card">
      <EmptyState
        icon={unreachable ? <Unplug className="text-danger-ink" /> : <FolderX className="text-danger-ink" />}
        title={unreachable ? t("unreachable") : t("missing")}
        description={
          <span className="break-words">{unreachable ? <Said>{error.message}</Said> : t("missingText")}</span>
        }
        action={
          unreachable ? (
            <Button loading={pending} onClick={() => startTransition(() => router.refresh())}>
              <RotateCw />
              {common("retry")}
            </Button>
          ) : (
            <Button variant="outline" asChild>
              <Link href={folderHref(id, "")}>{t("root")}</Link>
            </Button>
          )
        }
      />
    </div>
  );
}
