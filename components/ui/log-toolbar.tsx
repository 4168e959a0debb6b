"use client";

import { ArrowDownToLine, Check, Copy, Download, WrapText } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button";
import { IconButton } from "#components/ui/icon-button";
import { saveFile } from "#components/ui/save-file";
import { useCopy } from "#components/ui/use-copy";

type LogToolbarProps = {
  label: string;
  live: boolean;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  wrap: boolean;
  onWrap: (wrap: boolean) => void;
  text: () => string;
  fileName: string;
  count: number;
};

export function LogToolbar(props: LogToolbarProps) {
  const t = useTranslations("common");
  const { copied, copy } = useCopy();
  return (
    <div className="flex h-10 shrink-0 items-center gap-1 border-b pr-1.5 pl-3">
      <span className="min-w-0 flex-1 truncate font-medium text-sm">
        {props.label}
        <span className="ml-2 font-normal text-faint text-xs tabular">
          {t("lines", { count: props.count })}
        </span>
      </span>
      {props.live && (
        <Button
          variant={props.follow ? "secondary" : "ghost"}
          size="sm"
          aria-pressed={props.follow}
          onClick={() => props.onFollow(!props.follow)}
        >
          <ArrowDownToLine />
          {t("follow")}
        </Button>
      )}
      <IconButton
        label={t("wrapLines")}
        size="icon-sm"
        variant={props.wrap ? "secondary" : "ghost"}
        aria-pressed={props.wrap}
        onClick={() => props.onWrap(!props.wrap)}
      >
        <WrapText />
      </IconButton>
      <IconButton
        label={copied ? t("copied") : t("copy")}
        size="icon-sm"
        onClick={() => void copy(props.text())}
      >
        {copied ? <Check className="text-success-ink" /> : <Copy />}
      </IconButton>
      <IconButton label={t("download")} size="icon-sm" onClick={() => saveFile(props.fileName, props.text())}>
        <Download />
      </IconButton>
    </div>
  );
}
