import { useTranslations } from "next-intl";
import { Skeleton } from "#components/ui/skeleton";

/** The dashboard's geometry before its numbers. */
export function DashboardSkeleton() {
  const t = useTranslations("common");
  return (
    <div role="status" className="grid gap-5">
      <span className="sr-only">{t("loading")}</span>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {["a", "b", "c", "d"].map((key) => (
          <div key={key} className="grid h-25 content-start gap-3 rounded-lg border bg-card px-4 py-3">
            <Skeleton className="h-3 w-24" />
            <Skeleton className="h-6 w-16" />
            <Skeleton className="h-3 w-20" />
          </div>
        ))}
      </div>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        {["h-78", "h-78", "h-110", "h-90"].map((height, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the places do not move
          <div key={index} className={`${height} rounded-lg border bg-card p-4`}>
            <Skeleton className="h-4 w-32" />
          </div>
        ))}
      </div>
    </div>
  );
}
