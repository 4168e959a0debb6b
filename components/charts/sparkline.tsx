type SparklineProps = {
  /** Oldest first; null is a failure. */
  values: readonly (number | null)[];
  /** Says the same in words. */
  label: string;
};

const [WIDTH, HEIGHT, PAD] = [112, 24, 2];

/** The course of a measure in one line of a table, with a dot where it stands now; failures are ticks. */
export function Sparkline({ values, label }: SparklineProps) {
  const highest = Math.max(1, ...values.map((value) => value ?? 0));
  const step = (WIDTH - 2 * PAD) / Math.max(1, values.length - 1);
  // From the right, so that "now" stands in one place in every row.
  const x = (index: number) => round(WIDTH - PAD - (values.length - 1 - index) * Math.min(step, 8));
  const y = (value: number) => round(HEIGHT - PAD - (value / highest) * (HEIGHT - 2 * PAD));
  const failures = values.flatMap((value, index) => (value === null ? [index] : []));
  const newest = values.at(-1);
  return (
    <svg
      role="img"
      className="inline-block align-middle"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      fill="none"
    >
      <path
        d={runsOf(values)
          .map((run) => lineOf(run.map(({ index, value }) => `${x(index)} ${y(value)}`)))
          .join("")}
        stroke="var(--info)"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      {newest !== null && newest !== undefined && (
        <circle cx={x(values.length - 1)} cy={y(newest)} r="2" fill="var(--info)" />
      )}
      {failures.map((index) => (
        <path
          key={index}
          d={`M${x(index)} ${HEIGHT - PAD}v-${HEIGHT / 2}`}
          stroke="var(--danger)"
          strokeWidth="1.5"
          strokeLinecap="round"
        />
      ))}
    </svg>
  );
}

const round = (value: number) => Math.round(value * 10) / 10;

/** A lone point becomes a line to itself: with a round cap that is a dot. */
function lineOf(points: readonly string[]): string {
  return `M${points.join("L")}${points.length === 1 ? "h0" : ""}`;
}

type Point = { index: number; value: number };

/** The stretches without a failure. */
function runsOf(values: readonly (number | null)[]): Point[][] {
  const runs: Point[][] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const last = runs.at(-1);
    if (last && last.at(-1)?.index === index - 1) last.push({ index, value });
    else runs.push([{ index, value }]);
  }
  return runs;
}
