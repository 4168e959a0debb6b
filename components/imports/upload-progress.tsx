"use client";

import { useLocale, useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import type { Sent } from "#components/imports/send-file";
import { Button } from "#components/ui/button";
import { Progress } from "#components/ui/progress";
import { Bytes, Duration, Rate } from "#components/ui/quantity";
import { formatPercent } from "#lib/core/format";

/** How far the upload is, with the way out; when all is sent the server still checks and stores the rest. */
export function UploadProgress({ sent, onCancel }: { sent: Sent; onCancel: () => void }) {
  const t = useTranslations("imports.progress");
  const locale = useLocale();
  const { loaded, total, bytesPerSecond } = sent;
  const share = total > 0 ? loaded / total : 1;
  const done = share >= 1;
  const left = bytesPerSecond ? ((total - loaded) / bytesPerSecond) * 1000 : null;
  // The button that began it is gone, and the focus with it.
  const way = useRef<HTMLButtonElement>(null);
  useEffect(() => way.current?.focus(), []);
  const label = t(done ? "finishing" : "sending");
  return (
    <div className="grid w-full gap-2">
      <div className="flex items-baseline justify-between gap-4 text-sm">
        <span role="status" className="min-w-0 truncate font-medium">
          {label}
        </span>
        <span className="shrink-0 text-muted-foreground text-xs tabular">
          {!done && formatPercent(share, locale, 0)}
          {!done && left !== null && left > 2000 && (
            <>
              {" · "}
              {t.rich("left", { time: () => <Duration value={left} /> })}
            </>
          )}
        </span>
      </div>
      <Progress value={done ? null : share} label={label} />
      <div className="flex items-center justify-between gap-4">
        <span className="text-muted-foreground text-xs tabular">
          {t.rich("amount", { loaded: () => <Bytes value={loaded} />, total: () => <Bytes value={total} /> })}
          {!done && bytesPerSecond !== null && (
            <>
              {" · "}
              <Rate value={bytesPerSecond} />
            </>
          )}
        </span>
        <Button ref={way} variant="outline" size="sm" onClick={onCancel}>
          {t("cancel")}
        </Button>
      </div>
    </div>
  );
}
