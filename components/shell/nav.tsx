import {
  Archive,
  CalendarClock,
  Database,
  HardDrive,
  HeartPulse,
  LayoutGrid,
  ListChecks,
  type LucideIcon,
  SquareTerminal,
} from "lucide-react";

/** What the shell has to know of the person. */
export type ShellUser = { username: string; fullName: string | null; permissions: readonly string[] };

export type NavKey =
  | "overview"
  | "datasources"
  | "storage"
  | "jobs"
  | "executions"
  | "backups"
  | "health"
  | "query";

export type NavItem = { key: NavKey; href: string; icon: LucideIcon; permission: string };

/** Titles are `shell.nav.<key>`, those of groups `shell.groups.<key>`. */
export const NAV_GROUPS: readonly { key: "home" | "protect" | "activity"; items: readonly NavItem[] }[] = [
  {
    key: "home",
    items: [{ key: "overview", href: "/", icon: LayoutGrid, permission: "dashboard.read" }],
  },
  {
    key: "protect",
    items: [
      { key: "datasources", href: "/datasources", icon: Database, permission: "datasources.read" },
      { key: "storage", href: "/storage", icon: HardDrive, permission: "storage.read" },
      { key: "jobs", href: "/jobs", icon: CalendarClock, permission: "backup_jobs.read" },
    ],
  },
  {
    key: "activity",
    items: [
      { key: "executions", href: "/executions", icon: ListChecks, permission: "executions.read" },
      { key: "backups", href: "/backups", icon: Archive, permission: "backups.read" },
      { key: "health", href: "/health-checks", icon: HeartPulse, permission: "health.read" },
      { key: "query", href: "/query", icon: SquareTerminal, permission: "datasources.query" },
    ],
  },
];

export type CreateKey = "datasource" | "storage" | "job";

/** Titles are `shell.create.<key>`. */
export const CREATE_ITEMS: readonly { key: CreateKey; href: string; icon: LucideIcon; permission: string }[] =
  [
    { key: "datasource", href: "/datasources/new", icon: Database, permission: "datasources.write" },
    { key: "storage", href: "/storage/new", icon: HardDrive, permission: "storage.write" },
    { key: "job", href: "/jobs/new", icon: CalendarClock, permission: "backup_jobs.write" },
  ];

export function allowed<T extends { permission: string }>(items: readonly T[], user: ShellUser): T[] {
  return items.filter((item) => user.permissions.includes(item.permission));
}

/** The section a path belongs to. */
export function sectionOf(path: string): NavItem | undefined {
  const items = NAV_GROUPS.flatMap((group) => group.items);
  return items.find(({ href }) =>
    href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`),
  );
}
