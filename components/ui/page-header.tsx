import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";

type PageHeaderProps = {
  title: ReactNode;
  description?: ReactNode;
  /** Badges beside the title. */
  badge?: ReactNode;
  /** A line of small facts under the title. */
  meta?: ReactNode;
  actions?: ReactNode;
  className?: string;
};

export function PageHeader({ title, description, badge, meta, actions, className }: PageHeaderProps) {
  return (
    <header className={cn("flex flex-wrap items-start justify-between gap-x-6 gap-y-3", className)}>
      <div className="grid min-w-0 gap-1">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
          <h1 className="min-w-0 break-words font-semibold text-2xl">{title}</h1>
          {badge}
        </div>
        {description && <p className="max-w-2xl text-pretty text-muted-foreground text-sm">{description}</p>}
        {meta && (
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted-foreground text-xs">
            {meta}
          </div>
        )}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
