"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { folderHref } from "#components/storage/files/place";
import { PageLink } from "#components/ui/pagination";

type CursorPagesProps = {
  id: string;
  path: string;
  /** How this page was reached; absent on the first. */
  cursor: string | undefined;
  page: number;
  nextCursor: string | null;
  count: number;
};

/** Pages of a list that only knows its way forwards; the way back is what this tab has come by. */
export function CursorPages({ id, path, cursor, page, nextCursor, count }: CursorPagesProps) {
  const t = useTranslations("table");
  const files = useTranslations("storage.files");
  const before = useCursorBefore(`dg-files:${id}:${path}`, page, cursor);
  const previous =
    page <= 1
      ? null
      : folderHref(
          id,
          path,
          before !== undefined && page > 2 ? { cursor: before, page: page - 1 } : undefined,
        );
  const next = nextCursor === null ? null : folderHref(id, path, { cursor: nextCursor, page: page + 1 });
  const isFirst = page > 2 && before === undefined;
  return (
    <nav aria-label={t("pagination")} className="flex items-center justify-between gap-3">
      <p className="text-muted-foreground text-xs tabular">{files("shown", { count })}</p>
      {(previous || next) && (
        <div className="flex items-center gap-1">
          <PageLink href={previous} label={isFirst ? files("first") : t("previous")}>
            <ChevronLeft />
          </PageLink>
          <span className="px-1.5 text-muted-foreground text-xs tabular">{files("page", { page })}</span>
          <PageLink href={next} label={t("next")}>
            <ChevronRight />
          </PageLink>
        </div>
      )}
    </nav>
  );
}

/** The cursor of the page before this one, where this tab has been there. */
function useCursorBefore(key: string, page: number, cursor: string | undefined): string | undefined {
  const [before, setBefore] = useState<string>();
  useEffect(() => {
    const trail = trailOf(sessionStorage.getItem(key));
    if (cursor !== undefined) {
      sessionStorage.setItem(key, JSON.stringify({ ...trail, [page]: cursor }));
    }
    setBefore(trail[page - 1]);
  }, [key, page, cursor]);
  return before;
}

function trailOf(stored: string | null): Record<number, string> {
  try {
    return stored === null ? {} : (JSON.parse(stored) as Record<number, string>);
  } catch {
    return {};
  }
}
