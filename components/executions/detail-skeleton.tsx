import { useTranslations } from "next-intl";
import { Skeleton } from "#components/ui/skeleton";

/** The place of a detail page: heading, four numbers, a wide and a narrow column. */
export function DetailSkeleton({ stats = true }: { stats?: boolean }) {
  const t = useTranslations("common");
  return (
    <div role="status" className="grid gap-5">
      <span className="sr-only">{t("loading")}</span>
      <div className="grid gap-2">
        <Skeleton className="h-8 w-72 max-w-full" />
        <Skeleton className="h-4 w-48" />
      </div>
      {stats && (
        <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
          {["a", "b", "c", "d"].map((key) => (
            <Skeleton key={key} className="h-19 rounded-lg" />
          ))}
        </div>
      )}
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,1fr)_22rem]">
        <Skeleton className="h-110 rounded-lg" />
        <Skeleton className="h-90 rounded-lg" />
      </div>
    </div>
  );
}
