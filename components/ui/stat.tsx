import { TrendingDown, TrendingUp } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";

type StatProps = {
  label: ReactNode;
  value: ReactNode;
  /** One short line under the number. */
  hint?: ReactNode;
  trend?: { direction: "up" | "down" | "flat"; label: ReactNode; good?: boolean };
  /** A sparkline or a glyph on the right. */
  aside?: ReactNode;
  href?: string;
  className?: string;
};

export function Stat({ label, value, hint, trend, aside, href, className }: StatProps) {
  const frame = cn("flex min-w-0 flex-col gap-1.5 rounded-lg border bg-card px-4 py-3", className);
  const content = (
    <>
      <span className="truncate text-muted-foreground text-xs">{label}</span>
      <span className="flex items-end justify-between gap-3">
        <span className="truncate font-semibold text-2xl tabular">{value}</span>
        {aside && <span className="shrink-0 max-sm:hidden">{aside}</span>}
      </span>
      {(hint || trend) && (
        <span className="flex min-w-0 items-center gap-1.5 text-muted-foreground text-xs">
          {trend && <Trend {...trend} />}
          <span className="truncate">{hint}</span>
        </span>
      )}
    </>
  );
  if (!href) return <div className={frame}>{content}</div>;
  return (
    <Link
      href={href}
      className={cn(frame, "transition-colors hover:border-border-strong hover:bg-sunken/50")}
    >
      {content}
    </Link>
  );
}

function Trend({ direction, label, good }: NonNullable<StatProps["trend"]>) {
  const Icon = direction === "down" ? TrendingDown : TrendingUp;
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1 font-medium tabular",
        good === true && "text-success-ink",
        good === false && "text-danger-ink",
      )}
    >
      {direction !== "flat" && <Icon aria-hidden="true" className="size-3.5" />}
      {label}
    </span>
  );
}
