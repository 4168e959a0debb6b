import type { ComponentProps, ReactNode } from "react";
import { cn } from "#components/ui/cn";

export function Card({ className, ...props }: ComponentProps<"section">) {
  return (
    <section
      className={cn("min-w-0 overflow-clip rounded-lg border bg-card text-card-foreground", className)}
      {...props}
    />
  );
}

type CardHeaderProps = {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  className?: string;
  /** Heading level of the title. */
  as?: "h2" | "h3";
};

export function CardHeader({ title, description, actions, className, as: Heading = "h2" }: CardHeaderProps) {
  return (
    <header className={cn("flex min-h-12 items-center gap-3 border-b px-4 py-2.5", className)}>
      <div className="min-w-0 flex-1">
        <Heading className="font-semibold text-base">{title}</Heading>
        {description && <p className="text-pretty text-muted-foreground text-xs">{description}</p>}
      </div>
      {actions && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
    </header>
  );
}

export function CardBody({ className, ...props }: ComponentProps<"div">) {
  return <div className={cn("p-4 *:min-w-0", className)} {...props} />;
}

export function CardFooter({ className, ...props }: ComponentProps<"footer">) {
  return (
    <footer
      className={cn("flex items-center justify-end gap-2 border-t bg-sunken/60 px-4 py-3", className)}
      {...props}
    />
  );
}

type SectionProps = { title: ReactNode; description?: ReactNode; children: ReactNode; className?: string };

/** A part of a long form: words on the left, fields on the right, one under the other on a phone. */
export function Section({ title, description, children, className }: SectionProps) {
  return (
    <section
      className={cn(
        "grid gap-4 border-t py-6 first:border-t-0 first:pt-0 lg:grid-cols-[14rem_1fr] lg:gap-10",
        className,
      )}
    >
      <div className="grid content-start gap-1">
        <h2 className="font-semibold text-base">{title}</h2>
        {description && <p className="text-pretty text-muted-foreground text-sm">{description}</p>}
      </div>
      <div className="grid min-w-0 content-start gap-4">{children}</div>
    </section>
  );
}
