"use client";

import { useTranslations } from "next-intl";
import { type KeyboardEvent, type Ref, useRef } from "react";
import { cn } from "#components/ui/cn";

type StatementFieldProps = {
  ref: Ref<HTMLTextAreaElement>;
  value: string;
  onChange: (value: string) => void;
  onKeyDown: (event: KeyboardEvent) => void;
  onSelect: (node: HTMLTextAreaElement) => void;
  /** Counted from 1. */
  wrongLine: number | undefined;
};

const LINE = "font-mono text-sm leading-5 max-md:text-[16px] max-md:leading-6";

/** A text area with numbered lines. Tab leaves it, as it leaves every field. */
export function StatementField(props: StatementFieldProps) {
  const t = useTranslations("query.editor");
  const gutter = useRef<HTMLDivElement>(null);
  const lines = props.value.split("\n").map((_, index) => index + 1);
  return (
    <div className="relative flex min-w-0 overflow-hidden rounded-t-lg">
      <div
        ref={gutter}
        aria-hidden="true"
        className={cn(
          LINE,
          "absolute inset-y-0 left-0 w-11 select-none overflow-hidden border-r bg-sunken py-2.5 text-right text-faint",
        )}
      >
        {lines.map((line) => (
          <div
            key={line}
            className={cn(
              "pr-2.5",
              line === props.wrongLine && "bg-danger-soft font-semibold text-danger-ink",
            )}
          >
            {line}
          </div>
        ))}
        <div className="h-96" />
      </div>
      <textarea
        ref={props.ref}
        rows={8}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        aria-label={t("label")}
        placeholder={t("placeholder")}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        onKeyDown={props.onKeyDown}
        onSelect={(event) => props.onSelect(event.currentTarget)}
        onScroll={(event) => {
          if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
        className={cn(
          LINE,
          "-outline-offset-2 field-sizing-content max-h-96 min-h-44 w-full min-w-0 resize-y overflow-auto bg-transparent py-2.5 pr-3 pl-14 placeholder:text-faint",
        )}
      />
    </div>
  );
}
