"use client";

import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { setPreference } from "#components/shell/cookie";
import { LogoMark, Wordmark } from "#components/shell/logo";
import type { ShellUser } from "#components/shell/nav";
import { SIDEBAR_COOKIE } from "#components/shell/preferences";
import { SidebarNav } from "#components/shell/sidebar-nav";
import { cn } from "#components/ui/cn";
import { IconButton } from "#components/ui/icon-button";

type SidebarProps = { user: ShellUser; initiallyCollapsed: boolean; version: string | undefined };

/** The column on the left from 768 px on; folded to icons it stays folded. */
export function Sidebar({ user, initiallyCollapsed, version }: SidebarProps) {
  const t = useTranslations("shell");
  const [collapsed, setCollapsed] = useState(initiallyCollapsed);
  function toggle() {
    setPreference(SIDEBAR_COOKIE, collapsed ? "open" : "collapsed");
    setCollapsed(!collapsed);
  }
  const Icon = collapsed ? PanelLeftOpen : PanelLeftClose;
  return (
    <aside
      className={cn(
        "sticky top-0 hidden h-dvh shrink-0 flex-col border-r bg-sunken [--logo-cut:var(--sunken)] md:flex",
        collapsed ? "w-14" : "w-56",
      )}
    >
      <Link
        href="/"
        aria-label={t("home")}
        className={cn("flex h-13 shrink-0 items-center", collapsed ? "justify-center" : "px-4")}
      >
        {collapsed ? <LogoMark /> : <Wordmark />}
      </Link>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <SidebarNav user={user} collapsed={collapsed} />
      </div>
      <div className={cn("flex items-center gap-2 p-2.5", collapsed && "justify-center")}>
        <IconButton label={collapsed ? t("expand") : t("collapse")} tooltipSide="right" onClick={toggle}>
          <Icon />
        </IconButton>
        {!collapsed && version && <span className="font-mono text-2xs text-faint">v{version}</span>}
      </div>
    </aside>
  );
}
