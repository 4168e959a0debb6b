"use client";

import { useLocale, useTranslations } from "next-intl";
import { Missing } from "#components/ui/missing";
import { Tooltip } from "#components/ui/tooltip";
import { formatBytes, formatCount, formatDuration, formatRate } from "#lib/core/format";

type QuantityProps = { value: number | bigint | null | undefined; className?: string };

const classes = "whitespace-nowrap tabular";

/** "1.87 GB"; the exact number of bytes on hover. */
export function Bytes({ value, className = classes }: QuantityProps) {
  const locale = useLocale();
  const t = useTranslations("common");
  if (value === null || value === undefined) return <Missing />;
  const bytes = Number(value);
  const words = <span className={className}>{formatBytes(bytes, locale)}</span>;
  if (Math.abs(bytes) < 1000) return words;
  return <Tooltip content={t("bytesExact", { count: formatCount(bytes, locale) })}>{words}</Tooltip>;
}

/** Milliseconds as "3 min 05 s". */
export function Duration({ value, className = classes }: QuantityProps) {
  const locale = useLocale();
  if (value === null || value === undefined) return <Missing />;
  return <span className={className}>{formatDuration(Number(value), locale)}</span>;
}

/** Bytes per second as "84.2 MB/s". */
export function Rate({ value, className = classes }: QuantityProps) {
  const locale = useLocale();
  if (value === null || value === undefined) return <Missing />;
  return <span className={className}>{formatRate(Number(value), locale)}</span>;
}

export function Count({ value, className = classes }: QuantityProps) {
  const locale = useLocale();
  if (value === null || value === undefined) return <Missing />;
  return <span className={className}>{formatCount(Number(value), locale)}</span>;
}
