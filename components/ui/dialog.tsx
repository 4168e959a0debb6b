"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog as Primitive } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "#components/ui/cn";

export const Dialog = Primitive.Root;

const SIZES = { sm: "sm:max-w-sm", md: "sm:max-w-lg", lg: "sm:max-w-2xl" };

type DialogContentProps = Omit<ComponentProps<typeof Primitive.Content>, "title"> & {
  title: ReactNode;
  description?: ReactNode;
  size?: keyof typeof SIZES;
};

/** On a phone it rises from the lower edge; above it stands in the upper middle. */
export function DialogContent({
  title,
  description,
  size = "md",
  className,
  children,
  ...props
}: DialogContentProps) {
  const t = useTranslations("common");
  return (
    <Primitive.Portal>
      <Primitive.Overlay className="scrim fixed inset-0 z-50 data-[state=closed]:animate-fade-out data-[state=open]:animate-fade-in" />
      <div className="pointer-events-none fixed inset-0 z-50 flex items-end justify-center sm:items-start sm:px-4 sm:pt-[12vh]">
        <Primitive.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          className={cn(
            "pointer-events-auto relative flex max-h-[88dvh] w-full flex-col overflow-hidden rounded-t-xl bg-popover text-popover-foreground shadow-overlay outline-none data-[state=closed]:animate-pop-out data-[state=open]:animate-pop-in sm:max-h-[76vh] sm:rounded-xl",
            SIZES[size],
            className,
          )}
          {...props}
        >
          <header className="grid gap-1 border-b px-5 py-4 pr-12">
            <Primitive.Title className="font-semibold text-lg">{title}</Primitive.Title>
            {description && (
              <Primitive.Description className="text-pretty text-muted-foreground text-sm">
                {description}
              </Primitive.Description>
            )}
          </header>
          {children}
          <Primitive.Close
            aria-label={t("close")}
            className="absolute top-3.5 right-3.5 flex size-7 items-center justify-center rounded-md text-muted-foreground hover:bg-accent hover:text-foreground"
          >
            <X className="size-4" />
          </Primitive.Close>
        </Primitive.Content>
      </div>
    </Primitive.Portal>
  );
}

export function DialogBody({ className, ...props }: ComponentProps<"div">) {
  return <div className={cn("grid gap-4 overflow-y-auto px-5 py-4", className)} {...props} />;
}

export function DialogFooter({ className, ...props }: ComponentProps<"footer">) {
  return (
    <footer
      className={cn(
        "flex flex-col-reverse gap-2 border-t bg-sunken/60 px-5 py-3 sm:flex-row sm:justify-end",
        className,
      )}
      {...props}
    />
  );
}
