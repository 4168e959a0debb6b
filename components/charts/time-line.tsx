"use client";

import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { ChartTable } from "#components/charts/chart-table";
import { ChartTip } from "#components/charts/chart-tip";
import type { ChartPoint } from "#components/charts/series";

type TimeLineProps = {
  /** What the chart shows, for those who do not see it. */
  label: string;
  /** What is measured. */
  series: string;
  /** Oldest first, each label once; `tick` is the shorter word for the axis, where there may be one. */
  points: readonly { label: string; tick: string | null; value: number | null }[];
  height?: number;
  format: (value: number) => string;
};

const axis = { fontSize: 11, fill: "var(--faint)" };

/** One measure over time. Where nothing was measured the line has a gap. */
export function TimeLine({ label, series: name, points, height = 132, format }: TimeLineProps) {
  const series = [{ key: "value", label: name, tone: "info" as const }];
  const ticks = new Map(points.flatMap(({ label: at, tick }) => (tick === null ? [] : [[at, tick]])));
  const rows: ChartPoint[] = points.map((point) => ({ label: point.label, values: { value: point.value } }));
  return (
    <figure>
      <ChartTable label={label} points={rows} series={series} format={format} />
      <div aria-hidden="true" style={{ height }}>
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 480, height }}>
          <LineChart
            data={[...points]}
            margin={{ top: 4, right: 16, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <CartesianGrid vertical={false} stroke="var(--border)" />
            <XAxis
              dataKey="label"
              ticks={[...ticks.keys()]}
              tickFormatter={(at: string) => ticks.get(at) ?? ""}
              tickLine={false}
              axisLine={false}
              tick={axis}
              tickMargin={6}
              minTickGap={36}
              height={24}
            />
            <YAxis
              width={52}
              domain={[0, "auto"]}
              tickLine={false}
              axisLine={false}
              tick={axis}
              tickCount={3}
              tickFormatter={format}
            />
            <Tooltip
              cursor={{ stroke: "var(--border-strong)" }}
              isAnimationActive={false}
              filterNull={false}
              content={({ active, payload, label: at }) => (
                <ChartTip
                  active={active}
                  title={String(at ?? "")}
                  payload={payload}
                  series={series}
                  format={format}
                />
              )}
            />
            <Line
              dataKey="value"
              stroke="var(--info)"
              strokeWidth={1.75}
              dot={loneDot(points)}
              activeDot={{ r: 3.5, stroke: "var(--card)" }}
              isAnimationActive={false}
            />
          </LineChart>
        </ResponsiveContainer>
      </div>
    </figure>
  );
}

type DotProps = { index?: number; cx?: number; cy?: number };

/** A value between two gaps has no line: it gets a dot, or nobody would see it. */
function loneDot(points: TimeLineProps["points"]) {
  const measured = (index: number) => typeof points[index]?.value === "number";
  return ({ index = -1, cx, cy }: DotProps) => {
    const alone = measured(index) && !measured(index - 1) && !measured(index + 1);
    return <circle key={index} cx={cx} cy={cy} r={alone ? 2 : 0} fill="var(--info)" />;
  };
}
