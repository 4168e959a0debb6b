import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";
import { Missing } from "#components/ui/missing";

export type Description = { label: ReactNode; value: ReactNode; mono?: boolean; wide?: boolean };

type DescriptionListProps = {
  items: readonly (Description | false | null | undefined)[];
  /** `rows` puts label and value on one line; `grid` puts the label above, two or more beside each other. */
  layout?: "rows" | "grid";
  className?: string;
};

export function DescriptionList({ items, layout = "rows", className }: DescriptionListProps) {
  const shown = items.filter((item): item is Description => Boolean(item));
  const grid = layout === "grid";
  return (
    <dl
      className={cn(
        grid ? "grid grid-cols-2 gap-x-6 gap-y-4 md:grid-cols-3 xl:grid-cols-4" : "divide-y",
        className,
      )}
    >
      {shown.map((item, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is static and labels may be nodes
          key={index}
          className={cn(
            "min-w-0",
            grid
              ? ["grid content-start gap-0.5", item.wide && "col-span-full"]
              : "flex items-baseline justify-between gap-4 py-2 first:pt-0 last:pb-0",
          )}
        >
          <dt className={cn("shrink-0 text-muted-foreground", grid ? "text-xs" : "text-sm")}>{item.label}</dt>
          <dd
            className={cn(
              "wrap-anywhere min-w-0 text-sm",
              !grid && "text-right",
              item.mono && "font-mono text-xs leading-5",
            )}
          >
            {item.value ?? <Missing />}
          </dd>
        </div>
      ))}
    </dl>
  );
}
