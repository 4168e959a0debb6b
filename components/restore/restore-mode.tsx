"use client";

import { DatabaseBackup, ShieldCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { useFormContext, useWatch } from "react-hook-form";
import type { RestoreValues } from "#components/restore/restore-values";
import { RadioCards } from "#components/ui/radio-cards";

/** The safe way first. */
export function RestoreMode({ may }: { may: { restore: boolean; verify: boolean } }) {
  const t = useTranslations("restore.mode");
  const { setValue } = useFormContext<RestoreValues>();
  const mode = useWatch<RestoreValues, "mode">({ name: "mode" });
  return (
    <section className="grid gap-3">
      <h2 id="restore-mode" className="font-semibold text-base">
        {t("title")}
      </h2>
      <RadioCards
        aria-labelledby="restore-mode"
        value={mode}
        onValueChange={(next) => {
          setValue("mode", next as RestoreValues["mode"]);
          setValue("confirmation_phrase", "");
        }}
        options={[
          {
            value: "verify",
            label: t("verify"),
            hint: may.verify ? t("verifyHint") : t("notAllowed"),
            icon: <ShieldCheck />,
            disabled: !may.verify,
          },
          {
            value: "restore",
            label: t("restore"),
            hint: may.restore ? t("restoreHint") : t("notAllowed"),
            icon: <DatabaseBackup />,
            disabled: !may.restore,
          },
        ]}
      />
    </section>
  );
}
