import type { StatusTone } from "#components/ui/status-badge";

export type ChartSeries = { key: string; label: string; tone: StatusTone };
/** Null where there was nothing to measure. */
export type ChartPoint = { label: string; values: Readonly<Record<string, number | null>> };
