import type { ComponentProps } from "react";
import { cn } from "#components/ui/cn";

/** A place kept for what is coming; give it the size of the thing itself. */
export function Skeleton({ className, ...props }: ComponentProps<"span">) {
  return (
    <span
      aria-hidden="true"
      className={cn("block rounded-sm bg-secondary motion-safe:animate-breathe", className)}
      {...props}
    />
  );
}
