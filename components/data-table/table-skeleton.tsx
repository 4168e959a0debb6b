import { useTranslations } from "next-intl";
import { cellClasses, HEIGHTS, headClasses } from "#components/data-table/geometry";
import { cn } from "#components/ui/cn";
import { Skeleton } from "#components/ui/skeleton";

type TableSkeletonProps = {
  /** CSS widths of the columns as in their `meta.width`; `null` shares what is left. */
  widths: readonly (string | null)[];
  rows?: number;
  density?: keyof typeof HEIGHTS;
  /** The table has a footer with pages. */
  pagination?: boolean;
};

const FILLS = ["62%", "48%", "74%", "55%", "68%"];

/** The table before its rows: same heights, same columns. */
export function TableSkeleton({
  widths,
  rows = 8,
  density = "normal",
  pagination = true,
}: TableSkeletonProps) {
  const t = useTranslations("common");
  const lines = Array.from({ length: rows }, (_, index) => `row-${index}`);
  return (
    <div role="status" className="rounded-lg border bg-card">
      <span className="sr-only">{t("loading")}</span>
      <table
        aria-hidden="true"
        className="hidden w-full table-fixed border-separate border-spacing-0 md:table"
      >
        <thead>
          <tr>
            {widths.map((width, index) => (
              <th
                // biome-ignore lint/suspicious/noArrayIndexKey: columns do not move
                key={index}
                className={headClasses}
                style={width ? { width } : undefined}
              >
                <Skeleton className="h-2.5 w-16 max-w-full" />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, row) => (
            <tr key={line} className="group/row">
              {widths.map((_, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns do not move
                <td key={column} className={cn(cellClasses, HEIGHTS[density])}>
                  <Skeleton className="h-3" style={{ width: FILLS[(row + column * 2) % FILLS.length] }} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div aria-hidden="true" className="divide-y md:hidden">
        {lines.slice(0, 5).map((line) => (
          <div key={line} className="grid gap-2.5 px-4 py-4">
            <Skeleton className="h-4 w-1/2" />
            <Skeleton className="h-3 w-5/6" />
            <Skeleton className="h-3 w-2/3" />
          </div>
        ))}
      </div>
      {pagination && <div className="h-11 border-t" />}
    </div>
  );
}
