import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";
import { StatusGlyph } from "#components/ui/status-badge";

type CalloutProps = {
  tone?: "info" | "success" | "warning" | "danger";
  title?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
};

const TONES = {
  info: "border-info/30 bg-info-soft/55 text-info-ink",
  success: "border-success/30 bg-success-soft/55 text-success-ink",
  warning: "border-warning/30 bg-warning-soft/55 text-warning-ink",
  danger: "border-danger/30 bg-danger-soft/55 text-danger-ink",
};

/** Dangers are announced at once, the rest when the reader has time. */
export function Callout({ tone = "info", title, children, action, className }: CalloutProps) {
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={cn("flex items-start gap-2.5 rounded-md border px-3 py-2.5 text-sm", TONES[tone], className)}
    >
      <StatusGlyph tone={tone} className="mt-0.75 size-3.5" />
      <div className="grid min-w-0 flex-1 gap-0.5">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className="text-pretty break-words">{children}</div>}
      </div>
      {action && <div className="shrink-0">{action}</div>}
    </div>
  );
}
