import type { ChartSeries } from "#components/charts/series";
import { StatusGlyph } from "#components/ui/status-badge";

type ChartTipProps = {
  active: boolean | undefined;
  title: string;
  payload: readonly { dataKey?: unknown; value?: unknown }[] | undefined;
  series: readonly ChartSeries[];
  format: (value: number) => string;
};

export function ChartTip({ active, title, payload, series, format }: ChartTipProps) {
  if (!active || !payload || payload.length === 0) return null;
  const wordsOf = (key: string) => {
    const value = payload.find((entry) => entry.dataKey === key)?.value;
    return value === null ? "–" : format(Number(value ?? 0));
  };
  return (
    <div className="grid min-w-36 gap-1 rounded-md bg-popover px-3 py-2 text-popover-foreground text-xs shadow-overlay">
      <p className="font-medium">{title}</p>
      {[...series].reverse().map((entry) => (
        <p key={entry.key} className="flex items-center gap-1.5">
          <StatusGlyph tone={entry.tone} />
          <span className="flex-1 text-muted-foreground">{entry.label}</span>
          <span className="tabular">{wordsOf(entry.key)}</span>
        </p>
      ))}
    </div>
  );
}
