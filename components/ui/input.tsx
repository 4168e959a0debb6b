import { cva } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "#components/ui/cn";

/** Shared by everything that looks like a field. 16 px on phones keeps the browser from zooming in. */
export const controlVariants = cva(
  "control-ring w-full min-w-0 rounded-md border border-input bg-card text-foreground text-sm shadow-control transition-[border-color,box-shadow] duration-100 placeholder:text-faint disabled:cursor-not-allowed disabled:bg-muted disabled:text-muted-foreground max-md:text-[16px] dark:bg-sunken",
);

export function Input({ className, type = "text", ...props }: ComponentProps<"input">) {
  return <input type={type} className={cn(controlVariants(), "h-8 px-2.5", className)} {...props} />;
}
