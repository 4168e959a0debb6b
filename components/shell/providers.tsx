"use client";

import { ThemeProvider } from "next-themes";
import type { ReactNode } from "react";
import { ApprovalProvider } from "#components/forms/approval-provider";
import { TimeZoneSync } from "#components/shell/time-zone-sync";
import { Toaster } from "#components/ui/toaster";
import { TooltipProvider } from "#components/ui/tooltip";

export function Providers({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  return (
    <ThemeProvider
      attribute="class"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
      storageKey="dg_theme"
      {...(nonce ? { nonce } : {})}
    >
      <TooltipProvider delayDuration={350} skipDelayDuration={150}>
        <ApprovalProvider>{children}</ApprovalProvider>
        <Toaster />
      </TooltipProvider>
      <TimeZoneSync />
    </ThemeProvider>
  );
}
