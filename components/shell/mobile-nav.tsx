"use client";

import { Menu } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Wordmark } from "#components/shell/logo";
import type { ShellUser } from "#components/shell/nav";
import { SidebarNav } from "#components/shell/sidebar-nav";
import { Button } from "#components/ui/button";
import { Sheet, SheetContent, SheetTrigger } from "#components/ui/sheet";

export function MobileNav({ user }: { user: ShellUser }) {
  const t = useTranslations("shell");
  const [open, setOpen] = useState(false);
  return (
    <Sheet open={open} onOpenChange={setOpen}>
      <SheetTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={t("openNavigation")} className="-ml-1.5 md:hidden">
          <Menu />
        </Button>
      </SheetTrigger>
      <SheetContent side="left" title={t("navigation")} hideTitle className="w-[min(18rem,86vw)]">
        <div className="flex h-14 items-center px-4 [--logo-cut:var(--popover)]">
          <Wordmark />
        </div>
        <SidebarNav user={user} onNavigate={() => setOpen(false)} />
      </SheetContent>
    </Sheet>
  );
}
