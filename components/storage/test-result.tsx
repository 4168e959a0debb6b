"use client";

import { useLocale, useTranslations } from "next-intl";
import { useSaid } from "#components/shell/use-said";
import { Callout } from "#components/ui/callout";
import { StatusGlyph } from "#components/ui/status-badge";
import type { ActionResult } from "#lib/core/action-result";
import { formatBytes, formatDuration } from "#lib/core/format";
import type { StorageReport } from "#lib/features/storage-locations/schema";

type Step = StorageReport["steps"][number];
const ALL = ["write", "read", "list", "rename", "delete"] as const;

/** Each step of a storage test with its time; where it failed, at which step and why. */
export function StorageTestResult({ result }: { result: ActionResult<StorageReport> }) {
  const t = useTranslations("storage.test");
  const locale = useLocale();
  const said = useSaid();
  const steps = result.ok ? result.data.steps : stepsOf(result.error.details);
  const failed = steps.find((step) => !step.ok);
  const title = result.ok
    ? t("passed", { time: formatDuration(result.data.latencyMs, locale) })
    : failed
      ? t("failedAt", { step: stepWord(failed.step, t) })
      : t("failed");
  return (
    <Callout tone={result.ok ? "success" : "danger"} title={title}>
      {result.ok
        ? result.data.availableBytes !== null &&
          t("free", { size: formatBytes(result.data.availableBytes, locale) })
        : said(failed?.error ?? result.error.message)}
      {result.ok && result.data.hostKey !== undefined && (
        <p className="break-all">{t("hostKey", { fingerprint: result.data.hostKey })}</p>
      )}
      {steps.length > 0 && (
        <ol className="mt-2 flex flex-wrap gap-x-5 gap-y-1">
          {ALL.map((name) => (
            <StepLine key={name} name={name} step={steps.find((step) => step.step === name)} />
          ))}
        </ol>
      )}
    </Callout>
  );
}

function StepLine({ name, step }: { name: (typeof ALL)[number]; step: Step | undefined }) {
  const t = useTranslations("storage.test");
  const locale = useLocale();
  return (
    <li className="inline-flex items-center gap-1.5 text-xs">
      <StatusGlyph tone={step ? (step.ok ? "success" : "danger") : "queued"} />
      {t(`steps.${name}`)}
      <span className="tabular">{step ? formatDuration(step.latencyMs, locale) : t("notTried")}</span>
    </li>
  );
}

function stepWord(step: string, t: ReturnType<typeof useTranslations<"storage.test">>): string {
  const known = ALL.find((name) => name === step);
  return known ? t(`steps.${known}`) : step;
}

function stepsOf(details: unknown): Step[] {
  const { steps } = (details ?? {}) as { steps?: unknown };
  return Array.isArray(steps) ? (steps as Step[]) : [];
}
