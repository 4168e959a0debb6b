"use client";

import { SearchCheck } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ServerCommand, useCommand } from "#components/forms/use-command";
import { Said } from "#components/shell/use-said";
import { Button } from "#components/ui/button";
import { Callout } from "#components/ui/callout";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import { StatusBadge, type StatusTone } from "#components/ui/status-badge";
import { Time } from "#components/ui/time";
import { useRefresh } from "#components/ui/use-refresh";
import type { ScanReport } from "#lib/features/imports/schema";

const TONES: Record<ScanReport["state"], StatusTone> = {
  queued: "queued",
  running: "running",
  done: "success",
  failed: "danger",
};

type ScanCardProps = {
  id: string;
  /** The last scan; null where there was none. */
  report: ScanReport | null;
  /** Null where the person may not start one. */
  scan: ServerCommand<{ id: string }, unknown> | null;
};

/** Looks through the storage for backups that are not listed, such as those of an older installation. */
export function ScanCard({ id, report, scan }: ScanCardProps) {
  const t = useTranslations("storage.scan");
  const under = report?.state === "queued" || report?.state === "running";
  useRefresh(under, 2000);
  return (
    <Card>
      <CardHeader
        title={t("title")}
        actions={report && <StatusBadge tone={TONES[report.state]}>{t(`state.${report.state}`)}</StatusBadge>}
      />
      <CardBody className="grid gap-3 text-sm">
        <p className="text-pretty text-muted-foreground">{t("description")}</p>
        {report && <Report report={report} />}
        {scan && <Start id={id} scan={scan} under={under} again={report !== null} />}
      </CardBody>
    </Card>
  );
}

type StartProps = { id: string; scan: NonNullable<ScanCardProps["scan"]>; under: boolean; again: boolean };

function Start({ id, scan, under, again }: StartProps) {
  const t = useTranslations("storage.scan");
  const router = useRouter();
  const { run, pending } = useCommand(scan, () => router.refresh());
  return (
    <Button
      variant="outline"
      className="w-fit"
      loading={pending}
      disabled={under}
      onClick={() => void run({ id })}
    >
      <SearchCheck />
      {t(again ? "again" : "start")}
    </Button>
  );
}

function Report({ report }: { report: ScanReport }) {
  const t = useTranslations("storage.scan");
  const { state, found, listed, known, damaged, error, finishedAt } = report;
  return (
    <>
      {state !== "queued" && (
        <p role="status">
          {t("found", { count: found })}
          {found > 0 && ` ${t("counts", { listed, known, damaged: damaged.length })}`}
        </p>
      )}
      {error && (
        <Callout tone="danger">
          <Said>{error}</Said>
        </Callout>
      )}
      {damaged.length > 0 && (
        <details open={damaged.length <= 3}>
          <summary className="w-fit rounded-sm">{t("damaged", { count: damaged.length })}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
          <ul tabIndex={0} className="mt-2 grid max-h-56 gap-2 overflow-y-auto">
            {damaged.map(({ path, reason }) => (
              <li key={path} className="grid gap-0.5 text-xs">
                <span className="wrap-anywhere font-mono">{path}</span>
                <span className="wrap-anywhere text-danger-ink">
                  <Said>{reason}</Said>
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {finishedAt && (
        <p className="text-muted-foreground text-xs">
          {t.rich("finished", { time: () => <Time value={finishedAt} /> })}
        </p>
      )}
    </>
  );
}
