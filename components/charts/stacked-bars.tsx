"use client";

import { useLocale } from "next-intl";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { ChartLegend } from "#components/charts/chart-legend";
import { ChartTable } from "#components/charts/chart-table";
import { ChartTip } from "#components/charts/chart-tip";
import type { ChartPoint, ChartSeries } from "#components/charts/series";
import { formatCount } from "#lib/core/format";

type StackedBarsProps = {
  /** What the chart shows, for those who do not see it. */
  label: string;
  points: readonly ChartPoint[];
  /** From the bottom up. */
  series: readonly ChartSeries[];
  height?: number;
  /** Room for the words of the axis, in pixels. */
  axisWidth?: number;
  format?: (value: number) => string;
};

const axis = { fontSize: 11, fill: "var(--faint)" };

export function StackedBars({
  label,
  points,
  series,
  height = 180,
  axisWidth = 36,
  format,
}: StackedBarsProps) {
  const locale = useLocale();
  const words = format ?? ((value: number) => formatCount(value, locale));
  const rows = points.map((point) => ({ label: point.label, ...point.values }));
  return (
    <figure className="grid gap-3">
      <ChartTable label={label} points={points} series={series} format={words} />
      <div aria-hidden="true" style={{ height }}>
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 480, height }}>
          <BarChart
            data={rows}
            margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
            barCategoryGap="28%"
            accessibilityLayer={false}
          >
            <CartesianGrid vertical={false} stroke="var(--border)" />
            <XAxis
              dataKey="label"
              tickLine={false}
              axisLine={false}
              tick={axis}
              tickMargin={6}
              minTickGap={14}
              height={24}
            />
            <YAxis
              width={axisWidth}
              tickLine={false}
              axisLine={false}
              tick={axis}
              allowDecimals={false}
              tickCount={4}
              tickFormatter={words}
            />
            <Tooltip
              cursor={{ fill: "var(--accent)" }}
              isAnimationActive={false}
              content={({ active, payload, label: at }) => (
                <ChartTip
                  active={active}
                  title={String(at ?? "")}
                  payload={payload}
                  series={series}
                  format={words}
                />
              )}
            />
            {series.map((entry) => (
              <Bar
                key={entry.key}
                dataKey={entry.key}
                stackId="all"
                fill={`var(--${entry.tone})`}
                maxBarSize={28}
                radius={1.5}
                isAnimationActive={false}
              />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </div>
      {series.length > 1 && <ChartLegend series={series} />}
    </figure>
  );
}
