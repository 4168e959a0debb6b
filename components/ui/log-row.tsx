"use client";

import { useLocale, useTimeZone } from "next-intl";
import { cn } from "#components/ui/cn";
import { formatDate } from "#lib/core/format";

export type LogLine = { ts: string; level: "debug" | "info" | "warn" | "error"; message: string };

const LEVELS: Record<LogLine["level"], { mark: string; text: string }> = {
  debug: { mark: "text-faint", text: "text-muted-foreground" },
  info: { mark: "text-info-ink", text: "" },
  warn: { mark: "text-warning-ink", text: "text-warning-ink" },
  error: { mark: "text-danger-ink", text: "text-danger-ink" },
};

export function LogRow({ line, wrap }: { line: LogLine; wrap: boolean }) {
  const locale = useLocale();
  const timeZone = useTimeZone() ?? "UTC";
  const clock = formatDate(new Date(line.ts), "time", locale, timeZone);
  const tone = LEVELS[line.level] ?? LEVELS.info;
  return (
    <div
      className={cn(
        "flex gap-3 px-3 [contain-intrinsic-size:auto_20px] [content-visibility:auto] hover:bg-accent",
        line.level === "error" && "bg-danger-soft/50",
        !wrap && "w-max min-w-full",
      )}
    >
      <time dateTime={line.ts} title={line.ts} className="shrink-0 select-none text-faint max-sm:hidden">
        {clock}
        {line.ts.slice(19, 23)}
      </time>
      <span className={cn("w-10 shrink-0 select-none uppercase", tone.mark)}>{line.level}</span>
      <span
        className={cn(
          "min-w-0",
          tone.text,
          wrap ? "whitespace-pre-wrap [overflow-wrap:anywhere]" : "whitespace-pre",
        )}
      >
        {line.message}
      </span>
    </div>
  );
}

/** The whole log as a text file would have it. */
export function logText(lines: readonly LogLine[]): string {
  return lines.map((line) => `${line.ts} ${line.level.toUpperCase().padEnd(5)} ${line.message}\n`).join("");
}
