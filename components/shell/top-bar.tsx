import { CommandPalette } from "#components/shell/command-palette";
import { CrumbTrail } from "#components/shell/crumbs";
import { LanguageSwitch } from "#components/shell/language-switch";
import { MobileNav } from "#components/shell/mobile-nav";
import type { ShellUser } from "#components/shell/nav";
import { ThemeToggle } from "#components/shell/theme-toggle";
import { UserMenu } from "#components/shell/user-menu";

type TopBarProps = { user: ShellUser; logout: () => Promise<unknown> };

export function TopBar({ user, logout }: TopBarProps) {
  return (
    <header className="sticky top-0 z-30 flex h-13 shrink-0 items-center gap-2 border-b bg-background/85 px-4 backdrop-blur-md md:px-6">
      <MobileNav user={user} />
      <div className="min-w-0 flex-1">
        <CrumbTrail />
      </div>
      <CommandPalette user={user} />
      <div className="flex items-center">
        <LanguageSwitch />
        <ThemeToggle />
        <UserMenu user={user} logout={logout} />
      </div>
    </header>
  );
}
