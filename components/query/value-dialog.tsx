"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { CodeBlock } from "#components/ui/code-block";
import { Dialog, DialogBody, DialogContent } from "#components/ui/dialog";
import { Segmented } from "#components/ui/segmented";
import { prettyJson } from "#lib/core/pretty-json";
import { textOf } from "#lib/core/result-file";

export type OpenValue = {
  value: unknown;
  column: string;
  type: string | null;
  row: number;
  /** What opened it, and has the focus again afterwards. */
  opener: HTMLElement;
};

/** One value as a whole; JSON also laid out. */
export function ValueDialog({ value, onClose }: { value: OpenValue | null; onClose: () => void }) {
  const t = useTranslations("query.result");
  return (
    <Dialog open={value !== null} onOpenChange={(open) => !open && onClose()}>
      {value && (
        <DialogContent
          size="lg"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            value.opener.focus();
          }}
          title={<span className="break-all font-mono">{value.column}</span>}
          description={
            value.type
              ? t("valueOf", { row: value.row, type: value.type })
              : t("valueOfUntyped", { row: value.row })
          }
        >
          <Whole value={value.value} label={value.column} />
        </DialogContent>
      )}
    </Dialog>
  );
}

const VIEWS = ["formatted", "stored"] as const;

function Whole({ value, label }: { value: unknown; label: string }) {
  const t = useTranslations("query.result");
  const [view, setView] = useState<(typeof VIEWS)[number]>("formatted");
  const text = textOf(value);
  const pretty = prettyJson(text);
  return (
    <DialogBody>
      {pretty !== null && (
        <div className="flex">
          <Segmented
            label={t("view")}
            value={view}
            onChange={setView}
            options={VIEWS.map((each) => ({ value: each, label: t(each) }))}
          />
        </div>
      )}
      <CodeBlock
        label={label}
        hideLabel
        wrap
        code={view === "formatted" && pretty !== null ? pretty : text}
      />
    </DialogBody>
  );
}
