"use client";

import { Star } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { useSaid } from "#components/shell/use-said";
import { Button } from "#components/ui/button";
import { toast } from "#components/ui/toaster";
import type { ActionResult } from "#lib/core/action-result";

type Props = {
  id: string;
  name: string;
  makeDefault: (input: { id: string; isDefault: true }) => Promise<ActionResult>;
};

export function DefaultButton({ id, name, makeDefault }: Props) {
  const t = useTranslations("storage");
  const errors = useTranslations("errors");
  const said = useSaid();
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const run = () =>
    startTransition(async () => {
      // Null: no answer came.
      const result = await makeDefault({ id, isDefault: true }).catch(() => null);
      if (result?.ok) toast.success(t("madeDefault", { name }));
      else toast.error(result ? said(result.error.message) : errors("unreachable"));
      router.refresh();
    });
  return (
    <Button variant="ghost" onClick={run} loading={pending}>
      <Star />
      {t("makeDefault")}
    </Button>
  );
}
