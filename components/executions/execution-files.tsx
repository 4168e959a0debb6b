"use client";

import { useTranslations } from "next-intl";
import { Copyable } from "#components/executions/copyable";
import { Said } from "#components/shell/use-said";
import { Card, CardBody, CardHeader } from "#components/ui/card";
import { Bytes } from "#components/ui/quantity";
import { StatusBadge, type StatusTone } from "#components/ui/status-badge";
import type { ExecutionDetail } from "#lib/features/executions/schema";

const TONES: Record<string, StatusTone> = {
  stored: "success",
  failed: "danger",
  removed: "neutral",
  copying: "queued",
};

/** Where the files lie, and of which parts they consist. */
export function ExecutionFiles({ execution }: { execution: ExecutionDetail }) {
  const t = useTranslations("executions.files");
  const { copies, chunks } = execution;
  if (copies.length === 0) return null;
  const file = chunks.length === 1 ? chunks[0]?.filePath : undefined;
  return (
    <Card>
      <CardHeader title={t("title")} />
      <ul className="divide-y">
        {copies.map((copy) => (
          <li key={copy.storageLocationId} className="grid gap-1.5 px-4 py-3">
            <div className="flex items-center justify-between gap-3 text-sm">
              <span className="min-w-0 truncate font-medium">{copy.storageLocationName}</span>
              <StatusBadge tone={TONES[copy.status] ?? "queued"} appearance="plain">
                {t.has(`status.${copy.status}`) ? t(`status.${copy.status}`) : copy.status}
              </StatusBadge>
            </div>
            {copy.errorMessage && (
              <p className="break-words text-danger-ink text-xs">
                <Said>{copy.errorMessage}</Said>
              </p>
            )}
            {copy.status === "stored" && (
              <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-3 text-xs">
                <dt className="text-muted-foreground">{t(file ? "file" : "folder")}</dt>
                <dd className="text-right">
                  <Copyable value={file ?? copy.backupPath} />
                </dd>
                <dt className="text-muted-foreground">{t("manifest")}</dt>
                <dd className="text-right">
                  <Copyable value={`${copy.backupPath}/manifest.json`} />
                </dd>
              </dl>
            )}
          </li>
        ))}
      </ul>
      {chunks.length > 1 && (
        <CardBody className="border-t py-3">
          <details>
            <summary className="w-fit rounded-sm text-sm">{t("parts", { count: chunks.length })}</summary>
            <ol className="mt-2 grid max-h-64 gap-1 overflow-y-auto text-xs">
              {chunks.map((chunk) => (
                <li key={chunk.chunkNumber} className="flex items-center gap-3">
                  <span className="min-w-0 flex-1 truncate font-mono" title={chunk.filePath}>
                    {chunk.filePath.split("/").at(-1)}
                  </span>
                  <Bytes value={chunk.sizeBytes} />
                  <span className="font-mono text-muted-foreground" title={chunk.checksum}>
                    {chunk.checksum.slice(0, 12)}
                  </span>
                </li>
              ))}
            </ol>
          </details>
        </CardBody>
      )}
    </Card>
  );
}
