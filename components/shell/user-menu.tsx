"use client";

import { LogOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import type { ShellUser } from "#components/shell/nav";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "#components/ui/dropdown-menu";
import { Spinner } from "#components/ui/spinner";

type UserMenuProps = { user: ShellUser; logout: () => Promise<unknown> };

function initialsOf(name: string): string {
  const words = name.trim().split(/[\s._-]+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => word?.[0] ?? "").join("");
}

export function UserMenu({ user, logout }: UserMenuProps) {
  const t = useTranslations("shell");
  const [pending, startTransition] = useTransition();
  const name = user.fullName || user.username;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <button
          type="button"
          aria-label={t("account", { name })}
          className="ml-1 flex size-7.5 items-center justify-center rounded-full border border-primary/25 bg-primary-soft font-medium text-2xs text-primary-ink uppercase hover:border-primary/60"
        >
          {pending ? <Spinner className="size-3.5" /> : initialsOf(name)}
        </button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuLabel className="grid">
          <span className="truncate font-medium text-foreground text-sm">{name}</span>
          {name !== user.username && <span className="truncate">{user.username}</span>}
        </DropdownMenuLabel>
        <DropdownMenuSeparator />
        <DropdownMenuItem
          onSelect={() =>
            startTransition(async () => {
              await logout();
            })
          }
        >
          <LogOut />
          {t("logout")}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
