import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";

export type StatusTone = "success" | "warning" | "danger" | "info" | "running" | "queued" | "neutral";

const TONES: Record<StatusTone, { badge: string; glyph: string }> = {
  success: { badge: "bg-success-soft text-success-ink", glyph: "text-success" },
  warning: { badge: "bg-warning-soft text-warning-ink", glyph: "text-warning" },
  danger: { badge: "bg-danger-soft text-danger-ink", glyph: "text-danger" },
  info: { badge: "bg-info-soft text-info-ink", glyph: "text-info" },
  running: { badge: "bg-running-soft text-running-ink", glyph: "text-running" },
  queued: { badge: "bg-queued-soft text-queued-ink", glyph: "text-queued" },
  neutral: { badge: "bg-queued-soft text-queued-ink", glyph: "text-queued" },
};

const mark = {
  stroke: "var(--card)",
  strokeWidth: 1.6,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;

/** Each tone has a shape of its own, so no state is told by colour alone. */
export function StatusGlyph({ tone, className }: { tone: StatusTone; className?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 12 12"
      fill="none"
      className={cn("size-3 shrink-0", TONES[tone].glyph, className)}
    >
      {tone === "success" && (
        <>
          <circle cx="6" cy="6" r="5.5" fill="currentColor" />
          <path d="m3.6 6.2 1.7 1.6 3.1-3.5" {...mark} />
        </>
      )}
      {tone === "warning" && (
        <>
          <path d="M6 .9 11.6 10.6a.5.5 0 0 1-.44.75H.84a.5.5 0 0 1-.44-.75z" fill="currentColor" />
          <path d="M6 4.4v2.8M6 9.1v.1" {...mark} />
        </>
      )}
      {tone === "danger" && (
        <>
          <path d="M3.7.5h4.6l3.2 3.2v4.6l-3.2 3.2H3.7L.5 8.3V3.7z" fill="currentColor" />
          <path d="m4.3 4.3 3.4 3.4m0-3.4L4.3 7.7" {...mark} />
        </>
      )}
      {tone === "info" && (
        <>
          <circle cx="6" cy="6" r="5.5" fill="currentColor" />
          <path d="M6 5.6v3M6 3.3v.1" {...mark} />
        </>
      )}
      {tone === "running" && (
        <>
          <circle cx="6" cy="6" r="4.75" stroke="currentColor" strokeWidth="1.5" strokeOpacity="0.3" />
          <path
            d="M6 1.25A4.75 4.75 0 0 1 10.75 6"
            stroke="currentColor"
            strokeWidth="1.5"
            strokeLinecap="round"
            className="origin-center motion-safe:animate-spin"
          />
        </>
      )}
      {tone === "neutral" && (
        <>
          <circle cx="6" cy="6" r="5.5" fill="currentColor" />
          <path d="M3.8 6h4.4" {...mark} />
        </>
      )}
      {tone === "queued" && (
        <circle cx="6" cy="6" r="4.75" stroke="currentColor" strokeWidth="1.5" strokeDasharray="1.9 1.85" />
      )}
    </svg>
  );
}

type StatusBadgeProps = {
  tone: StatusTone;
  children: ReactNode;
  /** `plain` leaves the tinted ground away: for dense tables and lists. */
  appearance?: "soft" | "plain";
  className?: string;
};

export function StatusBadge({ tone, children, appearance = "soft", className }: StatusBadgeProps) {
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1.5 whitespace-nowrap text-xs",
        appearance === "soft" && ["h-5 rounded-full pr-2 pl-1 font-medium", TONES[tone].badge],
        appearance === "plain" && "text-foreground text-sm",
        className,
      )}
    >
      <StatusGlyph tone={tone} />
      {children}
    </span>
  );
}
