import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Fragment } from "react";

export type Crumb = { label: string; href?: string };

/** The last crumb is the page itself. */
export function Breadcrumb({ items }: { items: readonly Crumb[] }) {
  const t = useTranslations("common");
  return (
    <nav aria-label={t("breadcrumb")} className="min-w-0">
      <ol className="flex min-w-0 items-center gap-1.5 text-sm">
        {items.map((item, index) => (
          <Fragment key={`${item.href ?? ""}${item.label}`}>
            {index > 0 && (
              <li aria-hidden="true" className="text-faint max-sm:hidden">
                <ChevronRight className="size-3.5" />
              </li>
            )}
            <li className={index < items.length - 1 ? "shrink-0 max-sm:hidden" : "min-w-0"}>
              {item.href && index < items.length - 1 ? (
                <Link href={item.href} className="text-muted-foreground hover:text-foreground">
                  {item.label}
                </Link>
              ) : (
                <span aria-current="page" className="block truncate font-medium">
                  {item.label}
                </span>
              )}
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}
