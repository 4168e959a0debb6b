"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";

export const Sheet = Primitive.Root;
export const SheetTrigger = Primitive.Trigger;

type SheetContentProps = {
  title: ReactNode;
  description?: ReactNode;
  side?: "left" | "right";
  /** The title is for screen readers only. */
  hideTitle?: boolean;
  className?: string;
  children: ReactNode;
};

const SIDES = {
  left: "left-0 border-r data-[state=closed]:animate-slide-out-left data-[state=open]:animate-slide-in-left",
  right:
    "right-0 border-l data-[state=closed]:animate-slide-out-right data-[state=open]:animate-slide-in-right",
};

export function SheetContent({
  title,
  description,
  side = "right",
  hideTitle = false,
  className,
  children,
}: SheetContentProps) {
  const t = useTranslations("common");
  return (
    <Primitive.Portal>
      <Primitive.Overlay className="scrim fixed inset-0 z-50 data-[state=closed]:animate-fade-out data-[state=open]:animate-fade-in" />
      <Primitive.Content
        {...(description ? {} : { "aria-describedby": undefined })}
        className={cn(
          "fixed inset-y-0 z-50 flex w-[min(28rem,92vw)] flex-col bg-popover text-popover-foreground shadow-overlay outline-none",
          SIDES[side],
          className,
        )}
      >
        <header className={cn("grid gap-1 border-b px-5 py-4 pr-12", hideTitle && "sr-only")}>
          <Primitive.Title className="font-semibold text-lg">{title}</Primitive.Title>
          {description && (
            <Primitive.Description className="text-muted-foreground text-sm">
              {description}
            </Primitive.Description>
          )}
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
        <Primitive.Close
          aria-label={t("close")}
          className="absolute top-3.5 right-3.5 flex size-7 items-center justify-center rounded-md text-muted-foreground hover:bg-accent hover:text-foreground"
        >
          <X className="size-4" />
        </Primitive.Close>
      </Primitive.Content>
    </Primitive.Portal>
  );
}
