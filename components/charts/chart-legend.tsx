import type { ChartSeries } from "#components/charts/series";
import { StatusGlyph } from "#components/ui/status-badge";

export function ChartLegend({ series }: { series: readonly ChartSeries[] }) {
  return (
    <figcaption aria-hidden="true" className="flex flex-wrap gap-x-4 gap-y-1 text-muted-foreground text-xs">
      {series.map((entry) => (
        <span key={entry.key} className="inline-flex items-center gap-1.5">
          <StatusGlyph tone={entry.tone} />
          {entry.label}
        </span>
      ))}
    </figcaption>
  );
}
