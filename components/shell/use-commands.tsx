"use client";

import { type LucideIcon, Moon, Plus, Sun } from "lucide-react";
import { useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { allowed, CREATE_ITEMS, NAV_GROUPS, type ShellUser } from "#components/shell/nav";

export type Command = {
  id: string;
  group: string;
  label: string;
  icon: LucideIcon;
  href?: string;
  run?: () => void;
};

/** All that the palette offers to this person. */
export function useCommands(user: ShellUser): Command[] {
  const t = useTranslations("shell");
  const { resolvedTheme, setTheme } = useTheme();
  const dark = resolvedTheme === "dark";
  const pages = allowed(
    NAV_GROUPS.flatMap((group) => group.items),
    user,
  );
  return [
    ...pages.map((item) => ({
      id: `go-${item.key}`,
      group: t("palette.go"),
      label: t(`nav.${item.key}`),
      icon: item.icon,
      href: item.href,
    })),
    ...allowed(CREATE_ITEMS, user).map((item) => ({
      id: `create-${item.key}`,
      group: t("palette.create"),
      label: t(`create.${item.key}`),
      icon: Plus,
      href: item.href,
    })),
    {
      id: "theme",
      group: t("palette.preferences"),
      label: dark ? t("palette.useLight") : t("palette.useDark"),
      icon: dark ? Sun : Moon,
      run: () => setTheme(dark ? "light" : "dark"),
    },
  ];
}
