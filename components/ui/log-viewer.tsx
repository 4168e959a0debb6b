"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button";
import { cn } from "#components/ui/cn";
import { type LogLine, LogRow, logText } from "#components/ui/log-row";
import { LogToolbar } from "#components/ui/log-toolbar";

type LogViewerProps = {
  lines: readonly LogLine[];
  label: string;
  /** More lines are coming: the view starts at the end and stays there. */
  live?: boolean;
  /** Name of the file that "download" makes. */
  fileName?: string;
  empty?: string;
  className?: string;
};

const WINDOW = 2000;

/** Rows out of sight are neither laid out nor painted; of a long log the newest 2000 lines come first. */
export function LogViewer({
  lines,
  label,
  live = false,
  fileName = "log.txt",
  empty,
  className,
}: LogViewerProps) {
  const t = useTranslations("common");
  const [follow, setFollow] = useState(live);
  const [wrap, setWrap] = useState(true);
  const [shown, setShown] = useState(WINDOW);
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const visible = lines.slice(-shown);
  const hidden = lines.length - visible.length;

  // New lines, and rows that get their true height when they come into sight, both move the end.
  useEffect(() => {
    const node = scroller.current;
    const inner = content.current;
    if (!follow || !node || !inner) return;
    const observer = new ResizeObserver(() => {
      node.scrollTop = node.scrollHeight;
    });
    observer.observe(inner);
    return () => observer.disconnect();
  }, [follow]);

  function onScroll() {
    const node = scroller.current;
    if (!node) return;
    const atEnd = node.scrollHeight - node.scrollTop - node.clientHeight < 24;
    if (live && atEnd !== follow) setFollow(atEnd);
  }

  return (
    <div className={cn("flex min-h-0 min-w-0 flex-col overflow-hidden rounded-lg border bg-card", className)}>
      <LogToolbar
        label={label}
        live={live}
        follow={follow}
        onFollow={setFollow}
        wrap={wrap}
        onWrap={setWrap}
        text={() => logText(lines)}
        fileName={fileName}
        count={lines.length}
      />
      <div
        ref={scroller}
        role="log"
        aria-label={label}
        aria-live={live ? "polite" : "off"}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        className="-outline-offset-2 h-96 min-h-0 flex-1 overflow-auto bg-sunken py-2 font-mono text-xs leading-5"
      >
        <div ref={content} className={wrap ? undefined : "w-max min-w-full"}>
          {hidden > 0 && (
            <div className="px-3 pb-2">
              <Button variant="outline" size="sm" onClick={() => setShown(shown + WINDOW)}>
                {t("earlierLines", { count: hidden })}
              </Button>
            </div>
          )}
          {visible.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever appended
            <LogRow key={hidden + index} line={line} wrap={wrap} />
          ))}
          {lines.length === 0 && (
            <p className="px-3 font-sans text-muted-foreground">{empty ?? t("noLines")}</p>
          )}
        </div>
      </div>
    </div>
  );
}
