import { useTranslations } from "next-intl";
import { Skeleton } from "#components/ui/skeleton";

/** A detail page before its facts: header, two columns. */
export function DetailSkeleton() {
  const t = useTranslations("common");
  return (
    <div role="status" className="grid gap-5">
      <span className="sr-only">{t("loading")}</span>
      <div className="flex h-8 items-center">
        <Skeleton className="h-6 w-56" />
      </div>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid content-start gap-4">
          <div className="h-38 rounded-lg border bg-card p-4">
            <Skeleton className="h-4 w-28" />
          </div>
          <div className="h-72 rounded-lg border bg-card p-4">
            <Skeleton className="h-4 w-40" />
          </div>
        </div>
        <div className="grid content-start gap-4">
          <div className="h-60 rounded-lg border bg-card p-4">
            <Skeleton className="h-4 w-24" />
          </div>
          <div className="h-56 rounded-lg border bg-card p-4">
            <Skeleton className="h-4 w-32" />
          </div>
        </div>
      </div>
    </div>
  );
}
