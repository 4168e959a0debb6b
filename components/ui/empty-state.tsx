import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";

type EmptyStateProps = {
  icon: ReactNode;
  title: ReactNode;
  /** One sentence: what belongs here and why it is worth having. */
  description?: ReactNode;
  /** The next step, as a button or a link. */
  action?: ReactNode;
  className?: string;
};

export function EmptyState({ icon, title, description, action, className }: EmptyStateProps) {
  return (
    <div className={cn("flex flex-col items-center px-6 py-14 text-center", className)}>
      <span
        aria-hidden="true"
        className="mb-4 flex size-11 items-center justify-center rounded-lg border bg-sunken text-primary-ink [&_svg]:size-5"
      >
        {icon}
      </span>
      <p className="font-semibold text-base">{title}</p>
      {description && (
        <p className="mt-1 max-w-sm text-pretty text-muted-foreground text-sm">{description}</p>
      )}
      {action && <div className="mt-5 flex flex-wrap items-center justify-center gap-2">{action}</div>}
    </div>
  );
}
