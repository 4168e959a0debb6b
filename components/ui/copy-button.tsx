"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";
import { IconButton } from "#components/ui/icon-button";
import { useCopy } from "#components/ui/use-copy";

type CopyButtonProps = Omit<ComponentProps<typeof IconButton>, "label" | "value" | "onClick"> & {
  value: string;
  label?: string;
};

export function CopyButton({ value, label, size = "icon-sm", ...props }: CopyButtonProps) {
  const t = useTranslations("common");
  const { copied, copy } = useCopy();
  return (
    <IconButton
      label={copied ? t("copied") : (label ?? t("copy"))}
      size={size}
      onClick={() => void copy(value)}
      {...props}
    >
      {copied ? <Check className="text-success-ink" /> : <Copy />}
    </IconButton>
  );
}
