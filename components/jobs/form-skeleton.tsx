import { useTranslations } from "next-intl";
import { Skeleton } from "#components/ui/skeleton";

/** The place of the form: three sections of words and fields. */
export function FormSkeleton() {
  const t = useTranslations("common");
  return (
    <div role="status" className="grid max-w-4xl">
      <span className="sr-only">{t("loading")}</span>
      {["h-36", "h-80", "h-32"].map((height) => (
        <div
          key={height}
          className="grid gap-4 border-t py-6 first-of-type:border-t-0 first-of-type:pt-0 lg:grid-cols-[14rem_1fr] lg:gap-10"
        >
          <div className="grid content-start gap-2">
            <Skeleton className="h-5 w-28" />
            <Skeleton className="h-4 w-44" />
          </div>
          <Skeleton className={`${height} rounded-md`} />
        </div>
      ))}
    </div>
  );
}
