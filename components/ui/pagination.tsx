"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { buttonVariants } from "#components/ui/button";
import { cn } from "#components/ui/cn";
import { formatCount } from "#lib/core/format";

type PaginationProps = {
  page: number;
  limit: number;
  total: number;
  hrefOf: (page: number) => string;
};

export function Pagination({ page, limit, total, hrefOf }: PaginationProps) {
  const t = useTranslations("table");
  const locale = useLocale();
  const pages = Math.max(1, Math.ceil(total / limit));
  const first = total === 0 ? 0 : (page - 1) * limit + 1;
  const last = Math.min(total, page * limit);
  return (
    <nav aria-label={t("pagination")} className="flex items-center justify-between gap-3">
      <p className="text-muted-foreground text-xs tabular">
        {t("range", {
          first: formatCount(first, locale),
          last: formatCount(last, locale),
          total: formatCount(total, locale),
        })}
      </p>
      {pages > 1 && (
        <div className="flex items-center gap-1">
          <PageLink href={page > 1 ? hrefOf(page - 1) : null} label={t("previous")}>
            <ChevronLeft />
          </PageLink>
          <span className="px-1.5 text-muted-foreground text-xs tabular">
            {t("pageOf", { page: formatCount(page, locale), pages: formatCount(pages, locale) })}
          </span>
          <PageLink href={page < pages ? hrefOf(page + 1) : null} label={t("next")}>
            <ChevronRight />
          </PageLink>
        </div>
      )}
    </nav>
  );
}

/** An arrow to another page; dimmed where there is none. */
export function PageLink({
  href,
  label,
  children,
}: {
  href: string | null;
  label: string;
  children: ReactNode;
}) {
  const classes = buttonVariants({ variant: "outline", size: "icon-sm" });
  if (href === null) {
    return (
      <span aria-hidden="true" className={cn(classes, "opacity-45")}>
        {children}
      </span>
    );
  }
  return (
    <Link href={href} aria-label={label} scroll={false} className={cn(classes)}>
      {children}
    </Link>
  );
}
