import { useTranslations } from "next-intl";
import { Skeleton } from "#components/ui/skeleton";

const WIDTHS = ["62%", "48%", "74%", "55%", "68%", "40%"];

/** The schema before the source has answered. */
export function SchemaSkeleton() {
  const t = useTranslations("common");
  return (
    <div role="status" className="h-72 overflow-hidden rounded-lg border bg-card lg:h-104">
      <span className="sr-only">{t("loading")}</span>
      <div className="grid h-23 content-between border-b p-3">
        <Skeleton className="h-4 w-20" />
        <Skeleton className="h-8 w-full" />
      </div>
      <div className="grid gap-5 p-4">
        {WIDTHS.map((width) => (
          <Skeleton key={width} className="h-3" style={{ width }} />
        ))}
      </div>
    </div>
  );
}
