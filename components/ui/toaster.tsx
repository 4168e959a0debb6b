"use client";

import { useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { Toaster as Sonner, toast } from "sonner";
import { StatusGlyph } from "#components/ui/status-badge";

export { toast };

/** Stands once in the root layout; anyone calls `toast.success(…)` or `toast.error(…)`. */
export function Toaster() {
  const t = useTranslations("common");
  const { resolvedTheme } = useTheme();
  return (
    <Sonner
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position="top-right"
      containerAriaLabel={t("notifications")}
      gap={8}
      offset={{ top: 64, right: 16 }}
      mobileOffset={{ top: 64, left: 16, right: 16 }}
      icons={{
        success: <StatusGlyph tone="success" className="size-3.5" />,
        error: <StatusGlyph tone="danger" className="size-3.5" />,
        warning: <StatusGlyph tone="warning" className="size-3.5" />,
        info: <StatusGlyph tone="info" className="size-3.5" />,
        loading: <StatusGlyph tone="running" className="size-3.5" />,
      }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-88 font-sans max-w-[calc(100vw-2rem)] items-start gap-2.5 rounded-lg bg-popover px-3.5 py-3 text-popover-foreground text-sm shadow-overlay",
          icon: "mt-0.75 flex size-3.5 items-center",
          content: "grid min-w-0 flex-1 gap-0.5",
          title: "font-medium text-pretty",
          description: "text-muted-foreground text-xs text-pretty break-words",
          actionButton:
            "shrink-0 self-center rounded-md border bg-card px-2 py-1 font-medium text-xs hover:bg-accent",
        },
      }}
    />
  );
}
