"use client";

import { useLocale, useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { useCronSentence } from "#components/forms/use-cron-sentence";
import { useSaid } from "#components/shell/use-said";
import { Skeleton } from "#components/ui/skeleton";
import type { CronPreset } from "#lib/core/cron-preset";
import { formatDate, formatRelative } from "#lib/core/format";
import { nextRuns, validateCron } from "#lib/core/schedule";

type NextRunsProps = { cron: string; timeZone: string; preset: CronPreset };
type Preview = { from: Date; runs: Date[]; problem: string | null };

const COUNT = 5;

function previewOf(cron: string, timeZone: string): Preview {
  const from = new Date();
  const problem = validateCron(cron, timeZone);
  return { from, problem, runs: problem ? [] : nextRuns(cron, timeZone, from, COUNT) };
}

/** Reckoned in the browser only, because "next" depends on the moment. */
export function NextRuns({ cron, timeZone, preset }: NextRunsProps) {
  const t = useTranslations("forms.cron");
  const locale = useLocale();
  const sentence = useCronSentence();
  const said = useSaid();
  const [preview, setPreview] = useState<Preview | null>(null);
  useEffect(() => setPreview(previewOf(cron, timeZone)), [cron, timeZone]);
  return (
    <div className="min-h-39 rounded-md border bg-sunken px-3 py-2.5 text-sm" aria-live="polite">
      <p className="font-medium">{preview?.problem ? t("invalid") : sentence(preset)}</p>
      <p className="text-muted-foreground text-xs">
        {preview?.problem ? said(preview.problem) : t("nextRuns", { zone: timeZone.replaceAll("_", " ") })}
      </p>
      <ol className="mt-2 grid gap-1">
        {preview === null &&
          Array.from({ length: COUNT }, (_, index) => `line-${index}`).map((key) => (
            <Skeleton key={key} className="my-0.5 h-3 w-60" />
          ))}
        {preview?.runs.map((run) => (
          <li key={run.getTime()} className="flex gap-3 text-xs tabular">
            <time dateTime={run.toISOString()} className="w-44 shrink-0">
              {formatDate(run, "weekday", locale, timeZone)}
            </time>
            <span className="truncate text-muted-foreground">
              {formatRelative(run, preview.from, locale)}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
