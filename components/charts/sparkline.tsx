"use client";

import { useId } from "react";
import { Area, AreaChart, YAxis } from "recharts";

type SparklineProps = {
  values: readonly number[];
  /** Says the course in words: "Sizes of the last 14 backups, from 1.2 GB to 1.4 GB". */
  label: string;
  width?: number;
  height?: number;
  tone?: "primary" | "success" | "warning" | "danger" | "info";
  className?: string;
};

/** The course of one number, without axes. */
export function Sparkline({
  values,
  label,
  width = 96,
  height = 32,
  tone = "primary",
  className,
}: SparklineProps) {
  const gradient = useId();
  const colour = `var(--${tone})`;
  const rows = values.map((value, index) => ({ index, value }));
  return (
    <div role="img" aria-label={label} style={{ width, height }} className={className}>
      <AreaChart
        width={width}
        height={height}
        data={rows}
        margin={{ top: 2, right: 1, bottom: 1, left: 1 }}
        accessibilityLayer={false}
      >
        <defs>
          <linearGradient id={gradient} x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stopColor={colour} stopOpacity={0.22} />
            <stop offset="1" stopColor={colour} stopOpacity={0} />
          </linearGradient>
        </defs>
        <YAxis hide domain={["dataMin", "dataMax"]} />
        <Area
          dataKey="value"
          type="monotone"
          stroke={colour}
          strokeWidth={1.5}
          fill={`url(#${gradient})`}
          isAnimationActive={false}
          dot={false}
        />
      </AreaChart>
    </div>
  );
}
