import type { ComponentProps } from "react";
import { cn } from "#components/ui/cn";
import { controlVariants } from "#components/ui/input";

type TextareaProps = ComponentProps<"textarea"> & { mono?: boolean };

/** Grows with its text up to 24 rem. */
export function Textarea({ className, mono = false, rows = 4, ...props }: TextareaProps) {
  return (
    <textarea
      rows={rows}
      className={cn(
        controlVariants(),
        "field-sizing-content max-h-96 min-h-20 resize-y px-2.5 py-1.5",
        mono && "font-mono text-xs",
        className,
      )}
      {...props}
    />
  );
}
