"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { allowed, NAV_GROUPS, type NavItem, type ShellUser, sectionOf } from "#components/shell/nav";
import { cn } from "#components/ui/cn";
import { Tooltip } from "#components/ui/tooltip";

type SidebarNavProps = { user: ShellUser; collapsed?: boolean; onNavigate?: () => void };

export function SidebarNav({ user, collapsed = false, onNavigate }: SidebarNavProps) {
  const t = useTranslations("shell");
  const active = sectionOf(usePathname())?.key;
  return (
    <nav aria-label={t("navigation")} className="grid content-start gap-4 px-2.5 py-2">
      {NAV_GROUPS.map((group) => {
        const items = allowed(group.items, user);
        if (items.length === 0) return null;
        return (
          <div key={group.key} className="grid gap-px">
            {group.key !== "home" && (
              <span
                className={cn(
                  "flex h-6 items-center overflow-hidden px-2 text-2xs text-faint",
                  collapsed && "justify-center px-0",
                )}
              >
                {collapsed ? <span className="h-px w-4 bg-border" /> : t(`groups.${group.key}`)}
              </span>
            )}
            <ul className="grid gap-px">
              {items.map((item) => (
                <li key={item.key}>
                  <NavLink
                    item={item}
                    label={t(`nav.${item.key}`)}
                    active={item.key === active}
                    collapsed={collapsed}
                    onNavigate={onNavigate}
                  />
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

type NavLinkProps = {
  item: NavItem;
  label: string;
  active: boolean;
  collapsed: boolean;
  onNavigate: (() => void) | undefined;
};

function NavLink({ item, label, active, collapsed, onNavigate }: NavLinkProps) {
  const link = (
    <Link
      href={item.href}
      aria-current={active ? "page" : undefined}
      aria-label={collapsed ? label : undefined}
      {...(onNavigate ? { onClick: onNavigate } : {})}
      className={cn(
        "flex h-8 items-center gap-2.5 rounded-md px-2 text-sm transition-colors max-md:h-10 max-md:text-base",
        collapsed && "justify-center",
        active
          ? "bg-card font-medium text-foreground shadow-[0_0_0_1px_var(--border),var(--shadow-control)] dark:bg-secondary dark:shadow-none"
          : "text-muted-foreground hover:bg-accent hover:text-foreground",
      )}
    >
      <item.icon aria-hidden="true" className={cn("size-4 shrink-0", active && "text-primary-ink")} />
      {!collapsed && <span className="truncate">{label}</span>}
    </Link>
  );
  return collapsed ? (
    <Tooltip content={label} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}
