"use client";

import { RefreshCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { Said } from "#components/shell/use-said";
import { Button } from "#components/ui/button";
import { Callout } from "#components/ui/callout";
import { IconButton } from "#components/ui/icon-button";

/** Asks the server for the page again; what is being written stays. */
function useRefresh() {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  return { pending, refresh: () => startTransition(() => router.refresh()) };
}

export function RefreshSchema() {
  const t = useTranslations("query.schema");
  const { pending, refresh } = useRefresh();
  return (
    <IconButton label={t("refresh")} size="icon-sm" onClick={refresh} loading={pending}>
      <RefreshCw />
    </IconButton>
  );
}

/** Why there is no schema; a statement can be tried all the same. */
export function SchemaFailure({ message }: { message: string }) {
  const t = useTranslations("query.schema");
  const common = useTranslations("common");
  const { pending, refresh } = useRefresh();
  return (
    <Callout tone="danger" title={t("failed")}>
      <p>
        <Said>{message}</Said>
      </p>
      <Button variant="outline" size="sm" className="mt-2" onClick={refresh} loading={pending}>
        {common("retry")}
      </Button>
    </Callout>
  );
}
