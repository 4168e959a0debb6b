import type { ChartPoint, ChartSeries } from "#components/charts/series";

type ChartTableProps = {
  label: string;
  points: readonly ChartPoint[];
  series: readonly ChartSeries[];
  format: (value: number) => string;
};

/** The chart's numbers for a screen reader. */
export function ChartTable({ label, points, series, format }: ChartTableProps) {
  return (
    // Not the table itself: a table keeps its height and would lengthen the page.
    <div className="sr-only">
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            <td />
            {series.map((entry) => (
              <th key={entry.key} scope="col">
                {entry.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.label}>
              <th scope="row">{point.label}</th>
              {series.map((entry) => (
                <td key={entry.key}>{wordsOf(point.values[entry.key], format)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function wordsOf(value: number | null | undefined, format: (value: number) => string): string {
  return value === null ? "–" : format(value ?? 0);
}
